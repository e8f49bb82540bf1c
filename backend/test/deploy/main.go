// Validates what Parley is deployed with, by the parts that Docker, Compose and Kubernetes themselves are made of.
// Tells each problem on a line of its own and ends with 1 when there is one.
package main

import (
	"fmt"
	"os"
)

var validators = map[string]func(path string) []error{
	"compose":    validateCompose,
	"dockerfile": validateDockerfile,
	"kubernetes": validateKubernetes,
}

func main() {
	if len(os.Args) != 3 || validators[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: validator compose FILE | dockerfile FILE | kubernetes DIRECTORY")
		os.Exit(2)
	}
	problems := validators[os.Args[1]](os.Args[2])
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// Syntax, the arguments of each instruction, and the rules of `docker build --check` that need no engine.
func validateDockerfile(path string) []error {
	text, err := os.ReadFile(path)
	if err != nil {
		return []error{err}
	}
	tree, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return []error{err}
	}
	var problems []error
	for _, warning := range tree.Warnings {
		problems = append(problems, fmt.Errorf("%s", warning.Short))
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, message string, _ []parser.Range) {
		problems = append(problems, fmt.Errorf("%s: %s", rule, message))
	}})
	stages, _, err := instructions.Parse(tree.AST, lint)
	if err != nil {
		return append(problems, err)
	}
	return append(problems, missingStages(stages)...)
}

// A name that is no stage is taken for an image, which nobody has.
func missingStages(stages []instructions.Stage) []error {
	var problems []error
	known := map[string]bool{}
	for _, stage := range stages {
		for _, command := range stage.Commands {
			if copying, ok := command.(*instructions.CopyCommand); ok && copying.From != "" && !known[copying.From] {
				problems = append(problems, fmt.Errorf("COPY --from=%s: there is no such stage before it", copying.From))
			}
		}
		known[stage.Name] = true
	}
	return problems
}

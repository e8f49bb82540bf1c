package main

import (
	"context"
	"fmt"

	"github.com/compose-spec/compose-go/v2/cli"
)

// The schema, references between parts, cycles of dependencies and the env files, as `docker compose config` checks them.
func validateCompose(path string) []error {
	options, err := cli.NewProjectOptions([]string{path}, cli.WithOsEnv, cli.WithDotEnv, cli.WithName("parley"), cli.WithProfiles([]string{"*"}))
	if err != nil {
		return []error{err}
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return []error{err}
	}
	var problems []error
	for name, service := range project.Services {
		if service.Image == "" && service.Build == nil {
			problems = append(problems, fmt.Errorf("service %s: neither image nor build", name))
		}
		for dependency, how := range service.DependsOn {
			if how.Condition == "service_healthy" && project.Services[dependency].HealthCheck == nil {
				problems = append(problems, fmt.Errorf("service %s: waits for the health of %s, which has no healthcheck", name, dependency))
			}
		}
	}
	return problems
}

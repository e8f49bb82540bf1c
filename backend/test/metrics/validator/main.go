// Reads Prometheus rule files as Prometheus itself does, and names each metric that their expressions use, one a line.
// Expressions of the standard input, one a line, are read too: those of the dashboard.
package main

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

func main() {
	failed := false
	fail := func(where string, err error) {
		failed = true
		fmt.Fprintf(os.Stderr, "%s: %v\n", where, err)
	}
	p := parser.NewParser(parser.Options{})
	names := map[string]bool{}
	read := func(where, text string) {
		expr, err := p.ParseExpr(text)
		if err != nil {
			fail(where, err)
			return
		}
		for _, selectors := range parser.ExtractSelectors(expr) {
			for _, matcher := range selectors {
				if matcher.Name == labels.MetricName {
					names[matcher.Value] = true
				}
			}
		}
	}
	for _, file := range os.Args[1:] {
		groups, errs := rulefmt.ParseFile(file, false, model.UTF8Validation, p, slog.New(slog.DiscardHandler))
		for _, err := range errs {
			fail(file, err)
		}
		if groups == nil {
			continue
		}
		for _, group := range groups.Groups {
			for _, rule := range group.Rules {
				read(rule.Alert, rule.Expr)
			}
		}
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			read(text, text)
		}
	}
	if failed {
		os.Exit(1)
	}
	for name := range names {
		fmt.Println(name)
	}
}

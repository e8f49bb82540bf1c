package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// Whether the pods of this may run in a namespace that asks for Pod Security "restricted", by the admission's own checks.
func restrictedProblems(object runtime.Object) []error {
	var template *core.PodTemplateSpec
	switch it := object.(type) {
	case *apps.Deployment:
		template = &it.Spec.Template
	case *apps.StatefulSet:
		template = &it.Spec.Template
	default:
		return nil
	}
	var published corev1.PodTemplateSpec
	if err := legacyscheme.Scheme.Convert(template, &published, nil); err != nil {
		return []error{err}
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return []error{err}
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(evaluator.EvaluatePod(level, &published.ObjectMeta, &published.Spec))
	if result.Allowed {
		return nil
	}
	return []error{fmt.Errorf("not allowed by Pod Security \"restricted\": %s", result.ForbiddenDetail())}
}

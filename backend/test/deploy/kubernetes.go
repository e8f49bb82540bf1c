package main

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/autoscaling"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	autoscalingvalidation "k8s.io/kubernetes/pkg/apis/autoscaling/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// Builds the directory as `kubectl apply -k` does, then checks each object as the API server of Kubernetes 1.36 does at its creation:
// no field that it does not know or finds twice, its defaults, its rules. What only a cluster knows (admission, other objects) is not asked.
func validateKubernetes(directory string) []error {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), directory)
	if err != nil {
		return []error{err}
	}
	decoder := serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()
	var problems []error
	for _, resource := range resources.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return append(problems, err)
		}
		object, err := runtime.Decode(decoder, text)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s %s: %w", resource.GetKind(), resource.GetName(), err))
			continue
		}
		for _, problem := range problemsOf(object) {
			problems = append(problems, fmt.Errorf("%s %s: %w", resource.GetKind(), resource.GetName(), problem))
		}
		for _, problem := range restrictedProblems(object) {
			problems = append(problems, fmt.Errorf("%s %s: %w", resource.GetKind(), resource.GetName(), problem))
		}
	}
	return problems
}

// Each kind by the function that the API server calls.
func problemsOf(object runtime.Object) field.ErrorList {
	switch it := object.(type) {
	case *apps.Deployment:
		return appsvalidation.ValidateDeployment(it, corevalidation.PodValidationOptions{})
	case *apps.StatefulSet:
		return appsvalidation.ValidateStatefulSet(it, corevalidation.PodValidationOptions{})
	case *autoscaling.HorizontalPodAutoscaler:
		return autoscalingvalidation.ValidateHorizontalPodAutoscaler(it, autoscalingvalidation.HorizontalPodAutoscalerSpecValidationOptions{MinReplicasLowerBound: 1})
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(it)
	case *core.Namespace:
		return corevalidation.ValidateNamespace(it)
	case *core.Secret:
		return corevalidation.ValidateSecret(it)
	case *core.Service:
		return corevalidation.ValidateServiceCreate(it)
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(it)
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(it)
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(it, networkingvalidation.NetworkPolicyValidationOptions{})
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(it, policyvalidation.PodDisruptionBudgetValidationOptions{})
	default:
		return field.ErrorList{field.NotSupported(field.NewPath("kind"), fmt.Sprintf("%T", object), []string{"what problemsOf knows"})}
	}
}

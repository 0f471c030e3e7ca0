package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// gatewayConfig is the part of an AIGatewayConfig that the bench fills, as a Go
// controller would write it down: the most compact form that client-go can hold.
type gatewayConfig struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   gatewayConfigSpec   `json:"spec"`
	Status gatewayConfigStatus `json:"status,omitempty"`
}

type gatewayConfigSpec struct {
	GatewayClassName string  `json:"gatewayClassName,omitempty"`
	Models           []model `json:"models"`
	Routes           []route `json:"routes"`
}

type model struct {
	Name       string     `json:"name"`
	Type       string     `json:"type,omitempty"`
	Provider   string     `json:"provider,omitempty"`
	Endpoint   string     `json:"endpoint,omitempty"`
	Region     string     `json:"region,omitempty"`
	Version    string     `json:"version,omitempty"`
	RateLimits rateLimits `json:"rateLimits,omitempty"`
	Auth       auth       `json:"auth,omitempty"`
}

type rateLimits struct {
	RequestsPerMinute int64  `json:"requestsPerMinute,omitempty"`
	Burst             int64  `json:"burst,omitempty"`
	Key               string `json:"key,omitempty"`
}

type auth struct {
	Type   string `json:"type,omitempty"`
	Value  string `json:"value,omitempty"`
	Header string `json:"header,omitempty"`
	Scheme string `json:"scheme,omitempty"`
}

type route struct {
	Path        string   `json:"path"`
	PathType    string   `json:"pathType,omitempty"`
	TargetModel string   `json:"targetModel,omitempty"`
	Methods     []string `json:"methods,omitempty"`
	Timeout     string   `json:"timeout,omitempty"`
}

type gatewayConfigStatus struct {
	Phase              string             `json:"phase,omitempty"`
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

// DeepCopyObject makes it a runtime.Object. Nothing in this program writes to an object.
func (c *gatewayConfig) DeepCopyObject() runtime.Object {
	copied := *c
	copied.ObjectMeta = *c.ObjectMeta.DeepCopy()
	copied.Spec.Models = append([]model(nil), c.Spec.Models...)
	copied.Spec.Routes = append([]route(nil), c.Spec.Routes...)
	copied.Status.Conditions = append([]metav1.Condition(nil), c.Status.Conditions...)
	return &copied
}

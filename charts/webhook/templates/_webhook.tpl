{{- /* What every webhook entry has; `path` names the webhook, `root` is the chart's context. */ -}}
{{- define "gatehouse.webhook" -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
timeoutSeconds: 5
clientConfig:
  service:
    namespace: {{ .root.Release.Namespace }}
    name: {{ .root.Release.Name }}
    port: {{ .root.Values.service.port }}
    path: {{ .path }}
  {{- with include "gatehouse.caBundle" .root }}
  caBundle: {{ . }}
  {{- end }}
{{- end }}

{{- /* Finalizers can be removed from what is being deleted, whatever its faults. */ -}}
{{- define "gatehouse.notBeingDeleted" -}}
matchConditions:
  - name: not-being-deleted
    expression: "!has(object.metadata.deletionTimestamp)"
{{- end }}

{{- define "gatehouse.namespacedResources" -}}
[aigatewayconfigs, modelconfigs, airoutes, ratelimitpolicies, prompttemplates, integrationconfigs]
{{- end }}

{{- define "gatehouse.clusterResources" -}}
[aigatewayclasses, approvedmodels, aigatewaypolicies]
{{- end }}

{{- define "gatehouse.namespacedKinds" -}}
apiGroups: [gateway.example.com]
apiVersions: [v1]
scope: Namespaced
resources: {{ include "gatehouse.namespacedResources" . }}
{{- end }}

{{- define "gatehouse.policyKinds" -}}
apiGroups: [gateway.example.com]
apiVersions: [v1]
scope: Cluster
resources: {{ include "gatehouse.clusterResources" . }}
{{- end }}

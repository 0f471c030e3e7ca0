{{- define "gatehouse.controllerArguments" -}}
{{- if .Values.controller.enabled -}}
- --lease-name={{ .Release.Name }}
{{- $objects := list }}
{{- range $resource, $names := include "gatehouse.clusterObjects" . | fromYaml }}
{{- range $names }}
{{- $objects = append $objects (printf "%s/%s" $resource .) }}
{{- end }}
{{- end }}
- --cluster-objects={{ join "," $objects }}
{{- with .Values.controller.name }}
- {{ printf "--controller-name=%s" . | quote }}
{{- end }}
{{- with .Values.controller.namespaces }}
- --namespaces={{ join "," . }}
{{- end }}
{{- with .Values.controller.gatewaySelector }}
- {{ printf "--gateway-selector=%s" . | quote }}
{{- end }}
{{- with .Values.secretNamespaces }}
- --secret-namespaces={{ join "," . }}
{{- end }}
{{- with .Values.rolloutNamespaces }}
- --rollout-namespaces={{ join "," . }}
{{- end }}
{{- with .Values.managedNamespaces }}
- --managed-namespaces={{ join "," . }}
{{- end }}
{{- else -}}
- --without-controller
{{- end }}
{{- end }}

{{- /* A ClusterRole that holds in some namespaces only. `root` is the chart's context. */ -}}
{{- define "gatehouse.boundIn" -}}
{{- range .namespaces }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $.root.Release.Name }}-{{ $.role }}
  namespace: {{ . }}
  labels:
    {{- include "gatehouse.labels" $.root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $.root.Release.Name }}-{{ $.role }}
subjects:
  - kind: ServiceAccount
    namespace: {{ $.root.Release.Namespace }}
    name: {{ $.root.Release.Name }}
{{- end }}
{{- end }}

{{- /* Names of what lies in no namespace and is to go with the release's, by resource; CRDs stay. */ -}}
{{- define "gatehouse.clusterObjects" -}}
{{- $name := .Release.Name -}}
validatingwebhookconfigurations: [{{ $name }}]
mutatingwebhookconfigurations: [{{ $name }}]
clusterroles:
  - {{ $name }}
  {{- range list "controller" "certificates" "delivery" "rollout" "managed" "viewer" "editor" "policy-viewer" "policy-editor" "proposer" "approver" }}
  - {{ $name }}-{{ . }}
  {{- end }}
clusterrolebindings: [{{ $name }}, {{ $name }}-controller, {{ $name }}-certificates]
{{- range list "validatingadmissionpolicies" "validatingadmissionpolicybindings" }}
{{ . }}:
  - {{ $name }}-approval
  {{- if $.Values.floor.enabled }}
  {{- range list "aigatewayconfigs" "modelconfigs" "integrationconfigs" "ratelimitpolicies" }}
  - gatehouse-floor-{{ . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- end }}

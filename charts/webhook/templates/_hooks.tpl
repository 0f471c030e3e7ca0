{{- /* How Helm treats an object that exists for a hook alone; `hook` says when, `weight` in which order. */ -}}
{{- define "gatehouse.hook" -}}
helm.sh/hook: {{ .hook }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* Who a hook's Pod is, in its namespace and, with `clusterRules`, in the whole cluster. `root` is the chart's context. */ -}}
{{- define "gatehouse.hookAccount" -}}
{{- $name := printf "%s-%s" .root.Release.Name .name -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "gatehouse.labels" .root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" .hook "weight" -20) | nindent 4 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "gatehouse.labels" .root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" .hook "weight" -20) | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "gatehouse.labels" .root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" .hook "weight" -10) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    namespace: {{ .root.Release.Namespace }}
    name: {{ $name }}
{{- with .clusterRules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: {{ $name }}
  labels:
    {{- include "gatehouse.labels" $.root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" $.hook "weight" -20) | nindent 4 }}
rules:
  {{- . | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ $name }}
  labels:
    {{- include "gatehouse.labels" $.root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" $.hook "weight" -10) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ $name }}
subjects:
  - kind: ServiceAccount
    namespace: {{ $.root.Release.Namespace }}
    name: {{ $name }}
{{- end }}
{{- end }}

{{- /* A Job that runs one command of the image. A failed one stays for a day, and is replaced by the next. */ -}}
{{- define "gatehouse.hookJob" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "gatehouse.labels" .root | nindent 4 }}
  annotations:
    {{- include "gatehouse.hook" (dict "hook" .hook "weight" 0) | nindent 4 }}
    helm.sh/hook-output-log-policy: hook-failed # Helm shows what it said
spec:
  backoffLimit: 0 # the command itself tries again and again
  podFailurePolicy: # nothing has failed when a node is drained
    rules:
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels:
        {{- include "gatehouse.hookLabels" .root | nindent 8 }}
    spec:
      {{- include "gatehouse.hookPod" . | nindent 6 }}
{{- end }}

{{- /* Not those of the servers, or the Service would lead to hooks, too. */ -}}
{{- define "gatehouse.hookLabels" -}}
app.kubernetes.io/name: gatehouse-hook
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gatehouse.hookPod" -}}
serviceAccountName: {{ .root.Release.Name }}-{{ .account | default .name }}
restartPolicy: Never # so that the Pod that failed can be read
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: gatehouse
    image: {{ include "gatehouse.image" .root | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args:
      {{- toYaml .args | nindent 6 }}
    terminationMessagePolicy: FallbackToLogsOnError # so that the Pod's status says why
    resources:
      {{- toYaml .root.Values.hooks.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
{{- end }}

{{- /* Of all hooks that ask whether a bad object is denied. */ -}}
{{- define "gatehouse.probeArguments" -}}
- probe
- --namespace={{ .Release.Namespace }}
- --timeout={{ .Values.hooks.timeoutSeconds }}
{{- end }}

{{- define "gatehouse.probeRules" -}}
- apiGroups: [gateway.example.com]
  resources: [aigatewayconfigs]
  verbs: [create] # only ever as a dry run, whose name nobody can restrict
{{- end }}

{{- define "gatehouse.defaultClassRules" -}}
- apiGroups: [gateway.example.com]
  resources: [aigatewayclasses]
  verbs: [list, create]
{{- end }}

{{- /* What is in the namespace and no object of the release, in the order in which nobody makes it again. */ -}}
{{- define "gatehouse.leftovers" -}}
- jobs/{{ .Release.Name }}-probe
- pods/{{ .Release.Name }}-test
{{- if .Values.controller.enabled }}
- leases/{{ .Release.Name }}
{{- end }}
{{- if eq .Values.certificates.mode "self-managed" }}
- leases/{{ .Release.Name }}-certificates
- secrets/{{ .Release.Name }}-certificates
{{- end }}
{{- /* cert-manager keeps the Secrets of Certificates that are gone. */}}
{{- if eq .Values.certificates.mode "cert-manager" }}
- certificates/{{ .Release.Name }}
- secrets/{{ .Release.Name }}-tls
{{- if not .Values.certificates.issuerRef }}
- certificates/{{ .Release.Name }}-ca
- secrets/{{ .Release.Name }}-ca
{{- end }}
{{- end }}
{{- end }}

{{- define "gatehouse.uninstallRules" -}}
- apiGroups: [apps]
  resources: [deployments]
  resourceNames: [{{ .Release.Name }}]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments/scale]
  resourceNames: [{{ .Release.Name }}]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- range $leftover := include "gatehouse.leftovers" . | fromYamlArray }}
{{- $parts := splitList "/" $leftover }}
- apiGroups: [{{ get (dict "jobs" "batch" "pods" "" "leases" "coordination.k8s.io" "certificates" "cert-manager.io" "secrets" "") (first $parts) | quote }}]
  resources: [{{ first $parts }}]
  resourceNames: [{{ last $parts }}]
  verbs: [delete]
{{- end }}
{{- end }}

{{- define "gatehouse.uninstallClusterRules" -}}
- apiGroups: [admissionregistration.k8s.io]
  resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations]
  resourceNames: [{{ .Release.Name }}]
  verbs: [get, delete]
- apiGroups: [gateway.example.com]
  resources: [aigatewayconfigs, aigatewayclasses]
  verbs: [get, list, patch] # their finalizers
{{- end }}

{{- /* What the schema of the values cannot say: Helm shows the message, and installs nothing. */ -}}
{{- define "gatehouse.refusals" -}}
{{- if has .Release.Namespace (list "kube-system" "kube-public" "kube-node-lease") -}}
{{- fail (printf "\n\nGatehouse must not be installed in %s: a namespace of the cluster's own cannot be deleted, is often exempt from other policies, and its Secrets belong to the cluster. Use --namespace gatehouse-system --create-namespace.\n" .Release.Namespace) -}}
{{- end -}}
{{- if eq (int .Values.ports.https) (int .Values.ports.plain) -}}
{{- fail (printf "\n\nports.https and ports.plain must differ; both are %d.\n" (int .Values.ports.plain)) -}}
{{- end -}}
{{- with .Values.certificates -}}
{{- if and (eq .mode "existing") (not .existingSecret) -}}
{{- fail "\n\ncertificates.existingSecret must name a Secret of this namespace with tls.crt and tls.key where certificates.mode is existing.\n" -}}
{{- end -}}
{{- if and (ne .mode "existing") .existingSecret -}}
{{- fail (printf "\n\ncertificates.existingSecret must be empty unless certificates.mode is existing; it is %s.\n" .mode) -}}
{{- end -}}
{{- if and (ne .mode "cert-manager") .issuerRef -}}
{{- fail (printf "\n\ncertificates.issuerRef must be empty unless certificates.mode is cert-manager; it is %s.\n" .mode) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- /* The Secret whose `tls.crt` and `tls.key` the servers serve with. */ -}}
{{- define "gatehouse.tlsSecret" -}}
{{- if eq .Values.certificates.mode "existing" -}}
{{ .Values.certificates.existingSecret }}
{{- else -}}
{{ .Release.Name }}-tls
{{- end -}}
{{- end }}

{{- /* Of the webhook configurations: lets cert-manager write the authority into them. */ -}}
{{- define "gatehouse.injection" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ .Release.Name }}
{{- end -}}
{{- end }}

{{- /* Empty where somebody else writes it: what Helm never wrote, no upgrade takes away. */ -}}
{{- define "gatehouse.caBundle" -}}
{{- .Values.certificates.caBundle | b64enc -}}
{{- end }}

{{- /* Options of the servers about their certificate. */ -}}
{{- define "gatehouse.certificateArguments" -}}
{{- if eq .Values.certificates.mode "self-managed" -}}
- --certificate-secret={{ .Release.Name }}-certificates
{{- with .Values.certificates.selfManaged }}
- --certificate-lifetime={{ .lifetime }}
- --authority-lifetime={{ .authorityLifetime }}
- --certificate-settling={{ .settling }}
- --certificate-overlap={{ .overlap }}
{{- end }}
{{- else -}}
- --certificate-directory=/etc/gatehouse/tls
{{- end }}
- --service-name={{ .Release.Name }}
- --webhook-configurations={{ .Release.Name }}
{{- end }}

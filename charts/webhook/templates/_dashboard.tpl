{{- /* A Grafana dashboard of the panels in monitoring/panels.yaml, two a row. `root` is the chart's context. */ -}}
{{- define "gatehouse.dashboard" -}}
{{- $source := dict "type" "prometheus" "uid" "${source}" -}}
{{- $panels := list -}}
{{- range $index, $panel := .root.Files.Get "monitoring/panels.yaml" | fromYamlArray -}}
{{- $targets := list -}}
{{- range $number, $query := $panel.queries -}}
{{- $targets = append $targets (dict "refId" (printf "Q%d" $number) "datasource" $source "expr" $query.expr "legendFormat" $query.legend) -}}
{{- end -}}
{{- $place := dict "w" 12 "h" 8 "x" (mul 12 (mod $index 2)) "y" (mul 8 (div $index 2)) -}}
{{- $defaults := dict "defaults" (dict "unit" $panel.unit "min" 0) "overrides" list -}}
{{- $panels = append $panels (dict "id" (add1 $index) "type" "timeseries" "title" $panel.title "datasource" $source "gridPos" $place "fieldConfig" $defaults "targets" $targets) -}}
{{- end -}}
{{- $current := dict "text" .job "value" .job -}}
{{- $variables := list
  (dict "name" "source" "type" "datasource" "query" "prometheus" "label" "Prometheus")
  (dict "name" "job" "type" "query" "label" "Job" "datasource" $source "refresh" 2 "current" $current
    "query" (dict "refId" "job" "query" "label_values(gatehouse_model_data_loaded, job)")) -}}
{{- dict
  "uid" (printf "gatehouse-%s" (sha1sum .root.Release.Name | trunc 12))
  "title" (printf "Gatehouse (%s)" .root.Release.Name)
  "tags" (list "gatehouse" "kubernetes")
  "schemaVersion" 39
  "editable" true
  "refresh" "30s"
  "time" (dict "from" "now-3h" "to" "now")
  "templating" (dict "list" $variables)
  "panels" $panels | toPrettyJson -}}
{{- end }}

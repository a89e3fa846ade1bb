{{/* The name of all objects: the release's, with the chart's where that does not hold it. */}}
{{- define "tributary.name" -}}
{{- if contains "tributary" .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-tributary" (.Release.Name | trunc 42 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* The same for objects that belong to no namespace. */}}
{{- define "tributary.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "tributary.name" .) -}}
{{- end -}}

{{- define "tributary.selector" -}}
app.kubernetes.io/name: tributary
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "tributary.labels" -}}
{{ include "tributary.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "tributary.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "tributary.name" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "tributary.image" -}}
{{- $image := .Values.image -}}
{{- $repository := required "image.repository: say where you pushed the image that deploy/Containerfile makes" $image.repository -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository ($image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* Whether the store is a folder, and not shared or kept nowhere: "true" or "". */}}
{{- define "tributary.storesInFolder" -}}
{{- if hasPrefix "file:" .Values.config.store.url -}}true{{- end -}}
{{- end -}}

{{/* Whether several gateways can share the store: "true" or "". */}}
{{- define "tributary.storesInDatabase" -}}
{{- if or (hasPrefix "postgres:" .Values.config.store.url) (hasPrefix "postgresql:" .Values.config.store.url) -}}true{{- end -}}
{{- end -}}

{{/* Whether a stream is of this very cluster, so that the pod needs its service account's token: "true" or "". */}}
{{- define "tributary.inCluster" -}}
{{- $found := false -}}
{{- range .Values.config.streams -}}
{{- if .inCluster -}}{{- $found = true -}}{{- end -}}
{{- end -}}
{{- if $found -}}true{{- end -}}
{{- end -}}

{{/* What keeps these values from working; nothing is rendered where there is something. */}}
{{- define "tributary.check" -}}
{{- $url := .Values.config.store.url -}}
{{- if not .Values.config.access -}}
{{- fail "config.access: say who may see what: { mode: open } for everyone who reaches the port, or { mode: policy, … } as in docs/security.md" -}}
{{- end -}}
{{- if regexMatch "://[^/@]*:[^/@]*@" $url -}}
{{- fail "config.store.url: holds a password, and a ConfigMap is no place for it: leave it out, and name the Secret that holds it in database.secret" -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not (include "tributary.storesInDatabase" .)) -}}
{{- fail (printf "replicas: %d gateways cannot share the store %s: set replicas to 1, or config.store.url to a PostgreSQL that they share, postgres://user@host/database" (int .Values.replicas) $url) -}}
{{- end -}}
{{- if and (include "tributary.storesInFolder" .) (ne $url "file:/var/lib/tributary") -}}
{{- fail (printf "config.store.url: is %s, and the pod can write to /var/lib/tributary alone: set file:/var/lib/tributary" $url) -}}
{{- end -}}
{{- end -}}

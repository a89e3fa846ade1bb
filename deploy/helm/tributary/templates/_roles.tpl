{{/* What the service account may do with the image streams of this cluster: the roles of docs/openshift.md. */}}
{{- define "tributary.rules" -}}
# Image streams, tags, history, events.
- apiGroups: [image.openshift.io]
  resources: [imagestreams]
  verbs: [get, list, watch]
# What the cluster recorded of images whose registry does not answer; parts of manifest lists.
- apiGroups: [image.openshift.io]
  resources: [imagestreamimages, imagestreams/layers]
  verbs: [get]
# ImageStreamTag.triggers.
- apiGroups: [apps]
  resources: [deployments, statefulsets, daemonsets]
  verbs: [list]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [list]
- apiGroups: [build.openshift.io]
  resources: [buildconfigs]
  verbs: [list]
- apiGroups: [apps.openshift.io]
  resources: [deploymentconfigs]
  verbs: [list]
{{- if .Values.config.writes }}
# Mutations.
- apiGroups: [image.openshift.io]
  resources: [imagestreams, imagestreamtags]
  verbs: [get, create, update, patch, delete]
- apiGroups: [image.openshift.io]
  resources: [imagestreamimports]
  verbs: [create]
# Tags that point at images of streams in other namespaces.
- apiGroups: [image.openshift.io]
  resources: [imagestreams/layers]
  verbs: [get]
{{- end }}
{{- end -}}

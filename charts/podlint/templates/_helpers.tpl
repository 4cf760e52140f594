{{- define "podlint.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* 48 characters at most: the longest suffix is 15 long. */}}
{{- define "podlint.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 48 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 48 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 48 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "podlint.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "podlint.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* The webhook's Pods, and not the test's. */}}
{{- define "podlint.selectorLabels" -}}
app.kubernetes.io/name: {{ include "podlint.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end }}

{{- define "podlint.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "podlint.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "podlint.image" -}}
{{- $image := printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- with .Values.image.digest }}{{ $image = printf "%s@%s" $image . }}{{ end }}
{{- $image }}
{{- end }}

{{/* Each mode has a name of its own: on a change of mode nobody deletes what another has just made. */}}
{{- define "podlint.secretName" -}}
{{- if eq .Values.tls.mode "secret" }}
{{- required "tls.secretName is needed with tls.mode secret: the name of a Secret with tls.crt and tls.key" .Values.tls.secretName }}
{{- else if .Values.tls.secretName }}
{{- .Values.tls.secretName }}
{{- else if eq .Values.tls.mode "cert-manager" }}
{{- include "podlint.fullname" . }}-cert-manager
{{- else }}
{{- include "podlint.fullname" . }}-tls
{{- end }}
{{- end }}

{{- define "podlint.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "podlint.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

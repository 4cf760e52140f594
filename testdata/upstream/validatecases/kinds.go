package main

const rbac = "rbac.authorization.k8s.io"

// All kinds, those with more to check more than once.
var kinds = []value{
	service, service, service, configMap, secret, secret, account, namespace, claim, claim, limitRange, limitRange, quota,
	quota, ingress, ingress, ingressClass, networkPolicy, networkPolicy, autoscaler, autoscaler, oldAutoscaler, budget, role,
	clusterRole, roleBinding, clusterRoleBinding, priorityClass, storageClass,
}

var service = object("v1", "Service", name, "spec", maybe(98, fields(
	"type", maybe(70, mostly(either("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"), "", "clusterIP", "Headless")),
	"clusterIP", maybe(25, either(address, "None", "None", "")),
	"clusterIPs", maybe(15, some(0, 3, either(address, "None"))),
	"ipFamilies", maybe(15, some(0, 2, mostly(either("IPv4", "IPv6"), "", "ipv4"))),
	"ipFamilyPolicy", maybe(10, mostly(either("SingleStack", "PreferDualStack", "RequireDualStack"), "", "DualStack")),
	"externalIPs", maybe(10, some(0, 2, address)),
	"externalName", maybe(25, either(subdomain, "example.com.", ".")),
	"selector", maybe(50, named(0, 2, qualified, labelText)),
	"sessionAffinity", maybe(20, mostly(either("ClientIP", "None"), "", "clientIP")),
	"sessionAffinityConfig", maybe(10, fields("clientIP", maybe(80, fields("timeoutSeconds", maybe(80, either(small, 86400, 86401)))))),
	"externalTrafficPolicy", maybe(15, mostly(either("Cluster", "Local"), "", "Global")),
	"internalTrafficPolicy", maybe(10, mostly(either("Cluster", "Local"), "", "Global")),
	"trafficDistribution", maybe(8, mostly(either("PreferClose", "PreferSameZone", "PreferSameNode"), "", "Close")),
	"healthCheckNodePort", maybe(8, port),
	"allocateLoadBalancerNodePorts", maybe(8, flag01),
	"loadBalancerClass", maybe(8, qualified),
	"loadBalancerSourceRanges", maybe(8, some(0, 2, addresses)),
	"ports", maybe(92, some(0, 3, fields(
		"name", maybe(60, name),
		"port", maybe(98, port),
		"targetPort", maybe(40, either(port, portName)),
		"protocol", maybe(30, mostly(either("TCP", "UDP", "SCTP"), "", "tcp", "HTTP")),
		"appProtocol", maybe(10, qualified),
		"nodePort", maybe(15, either(30080, 30081, 0, -1)),
	))),
)))

var configKey = mostly(either("a", "b.yaml", "KEY_1"), "", "a/b", ".", "..", "..a", "a b", long254)

var configMap = object("v1", "ConfigMap", subdomain,
	"data", maybe(80, named(0, 3, configKey, either("", "a\n", "b"))),
	"binaryData", maybe(40, named(0, 2, configKey, either("", "YQ==", "yq=="))),
	"immutable", maybe(10, flag01),
)

var secretKey = either(configKey, ".dockercfg", ".dockerconfigjson", "username", "password", "ssh-privatekey", "tls.crt", "tls.key")

var secret = object("v1", "Secret", subdomain,
	"type", maybe(85, either("Opaque", "", "a", "kubernetes.io/service-account-token", "kubernetes.io/dockercfg",
		"kubernetes.io/dockerconfigjson", "kubernetes.io/basic-auth", "kubernetes.io/ssh-auth", "kubernetes.io/tls")),
	"data", maybe(60, named(0, 4, secretKey, either("", "YQ==", "e30=", "W10=", "bnVsbA==", "eyJhIjp9"))),
	"stringData", maybe(50, named(0, 4, secretKey, either("", "a", "{}", "null", "[1]", "{\"a\": 1,}", "{\"a\" 1}", "1e999", "\"a", "{} x"))),
)

var account = object("v1", "ServiceAccount", subdomain,
	"automountServiceAccountToken", maybe(20, flag01),
	"imagePullSecrets", maybe(20, some(0, 2, fields("name", name))),
)

var namespace = object("v1", "Namespace", name,
	"spec", maybe(30, fields("finalizers", some(0, 2, mostly(either("kubernetes", "example.com/a"), "a", "", "a b", "A/")))),
)

var source = fields(
	"apiGroup", maybe(60, either(subdomain, "snapshot.storage.k8s.io", "")),
	"kind", either("PersistentVolumeClaim", "VolumeSnapshot", "Populator", ""),
	"name", either("a", "b", ""),
	"namespace", maybe(10, name),
)

var claim = object("v1", "PersistentVolumeClaim", subdomain, "spec", maybe(97, fields(
	"accessModes", maybe(90, some(0, 2, mostly(either("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"), "", "RWO"))),
	"selector", maybe(15, selector),
	"resources", maybe(92, fields("requests", maybe(95, named(0, 2, either("storage", "storage", "cpu"), quantity)))),
	"storageClassName", maybe(30, subdomain),
	"volumeMode", maybe(20, mostly(either("Block", "Filesystem"), "", "File")),
	"dataSource", maybe(30, source),
	"dataSourceRef", maybe(30, source),
	"volumeAttributesClassName", maybe(10, subdomain),
)))

var resource = mostly(either("cpu", "memory", "storage", "ephemeral-storage", "example.com/gpu", "hugepages-2Mi"),
	"", "gpu", "pods", "kubernetes.io/x", "a b", "requests.cpu", "requests.example.com/gpu", "A.com/x")
var amounts = maybe(40, named(0, 2, resource, quantity))

var limitRange = object("v1", "LimitRange", subdomain, "spec", maybe(97, fields("limits", some(0, 2, fields(
	"type", mostly(either("Container", "Pod", "PersistentVolumeClaim", "example.com/thing"), "", "container", "a b"),
	"min", amounts,
	"max", amounts,
	"default", amounts,
	"defaultRequest", amounts,
	"maxLimitRequestRatio", amounts,
)))))

var scope = mostly(either("Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass",
	"CrossNamespacePodAffinity", "VolumeAttributesClass"), "", "besteffort")

var quota = object("v1", "ResourceQuota", subdomain, "spec", maybe(97, fields(
	"hard", maybe(85, named(0, 3, either(resource, "pods", "services", "requests.cpu", "requests.storage", "limits.memory",
		"count/jobs.batch", "persistentvolumeclaims", "requests.hugepages-2Mi"), quantity)),
	"scopes", maybe(30, some(0, 2, scope)),
	"scopeSelector", maybe(30, fields("matchExpressions", maybe(90, some(0, 2, fields(
		"scopeName", scope,
		"operator", mostly(either("In", "NotIn", "Exists", "DoesNotExist"), "", "in"),
		"values", maybe(50, some(0, 2, word)),
	))))),
)))

var backend = fields(
	"resource", maybe(15, fields("apiGroup", maybe(50, subdomain), "kind", segment, "name", segment)),
	"service", maybe(85, fields("name", name, "port", maybe(90, fields("name", maybe(30, portName), "number", maybe(75, port))))),
)

var ingress = object("networking.k8s.io/v1", "Ingress", subdomain, "spec", maybe(97, fields(
	"ingressClassName", maybe(30, subdomain),
	"defaultBackend", maybe(25, backend),
	"tls", maybe(30, some(0, 2, fields("hosts", maybe(80, some(0, 2, host)), "secretName", maybe(70, subdomain)))),
	"rules", maybe(85, some(0, 2, fields("host", maybe(80, host), "http", maybe(90, fields("paths", some(0, 2, fields(
		"path", maybe(90, mostly(either("/", "/a/b", "/a."), "", "a", "//", "/a/../b", "/./", "/%2f", "/a/..", "/a/.")),
		"pathType", maybe(95, mostly(either("Exact", "Prefix", "ImplementationSpecific"), "", "prefix")),
		"backend", backend,
	))))))),
)))

var ingressClass = object("networking.k8s.io/v1", "IngressClass", subdomain, "spec", maybe(95, fields(
	"controller", maybe(90, mostly(always("example.com/a"), "", "a", "a/", "/a", "A.com/a", "a/b c", "a/"+long254)),
	"parameters", maybe(50, fields("apiGroup", maybe(50, subdomain), "kind", segment, "name", segment,
		"scope", maybe(60, mostly(either("Cluster", "Namespace"), "", "cluster")), "namespace", maybe(40, name))),
)))

var peers = maybe(60, some(0, 2, fields(
	"podSelector", maybe(50, selector),
	"namespaceSelector", maybe(30, selector),
	"ipBlock", maybe(35, fields("cidr", maybe(97, addresses), "except", maybe(40, some(0, 2, addresses)))),
)))
var policyPorts = maybe(50, some(0, 2, fields(
	"port", maybe(75, either(port, portName)),
	"endPort", maybe(25, either(port, 9000)),
	"protocol", maybe(50, mostly(either("TCP", "UDP", "SCTP"), "", "tcp")),
)))

var networkPolicy = object("networking.k8s.io/v1", "NetworkPolicy", subdomain, "spec", maybe(97, fields(
	"podSelector", maybe(90, selector),
	"policyTypes", maybe(40, some(0, 2, mostly(either("Ingress", "Egress"), "", "ingress"))),
	"ingress", maybe(60, some(0, 2, fields("from", peers, "ports", policyPorts))),
	"egress", maybe(40, some(0, 2, fields("to", peers, "ports", policyPorts))),
)))

var target = fields(
	"type", maybe(95, mostly(either("Utilization", "Value", "AverageValue"), "", "value")),
	"value", maybe(30, quantity),
	"averageValue", maybe(40, quantity),
	"averageUtilization", maybe(40, small),
)
var metricName = fields("name", segment, "selector", maybe(10, selector))
var reference = fields(
	"apiVersion", maybe(90, mostly(either("apps/v1", "v1"), "", "/", "/v1", "a/b/c", "apps/")),
	"kind", either(segment, "Deployment", "ReplicationController"),
	"name", segment,
)
var rules = fields(
	"stabilizationWindowSeconds", maybe(50, either(small, 3600, 3601)),
	"selectPolicy", maybe(40, mostly(either("Max", "Min", "Disabled"), "", "max")),
	"policies", maybe(60, some(0, 2, fields("type", mostly(either("Pods", "Percent"), "", "pods"), "value", small,
		"periodSeconds", either(small, 1800, 1801)))),
	"tolerance", maybe(20, quantity),
)

var autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler", subdomain, "spec", maybe(97, fields(
	"scaleTargetRef", maybe(95, reference),
	"minReplicas", maybe(60, small),
	"maxReplicas", maybe(95, small),
	"metrics", maybe(70, some(0, 2, fields(
		"type", maybe(97, mostly(either("Resource", "ContainerResource", "Pods", "Object", "External"), "", "resource")),
		"resource", maybe(40, fields("name", either("cpu", "memory", ""), "target", target)),
		"containerResource", maybe(25, fields("name", resource, "container", name, "target", target)),
		"pods", maybe(25, fields("metric", metricName, "target", target)),
		"object", maybe(25, fields("describedObject", reference, "metric", metricName, "target", target)),
		"external", maybe(25, fields("metric", metricName, "target", target)),
	))),
	"behavior", maybe(40, fields("scaleUp", maybe(70, rules), "scaleDown", maybe(70, rules))),
)))

var oldAutoscaler = object("autoscaling/v1", "HorizontalPodAutoscaler", subdomain, "spec", maybe(97, fields(
	"scaleTargetRef", maybe(95, reference),
	"minReplicas", maybe(60, small),
	"maxReplicas", maybe(95, small),
	"targetCPUUtilizationPercentage", maybe(60, small),
)))

var budget = object("policy/v1", "PodDisruptionBudget", segment, "spec", maybe(97, fields(
	"minAvailable", maybe(50, percent),
	"maxUnavailable", maybe(50, percent),
	"selector", maybe(80, selector),
	"unhealthyPodEvictionPolicy", maybe(20, mostly(either("IfHealthyBudget", "AlwaysAllow"), "", "Always")),
)))

var policyRules = maybe(95, some(0, 2, fields(
	"verbs", maybe(90, some(0, 2, either("get", "list", "*"))),
	"apiGroups", maybe(80, some(0, 2, either("", "apps", "*"))),
	"resources", maybe(80, some(0, 2, either("pods", "*"))),
	"resourceNames", maybe(20, some(0, 2, word)),
	"nonResourceURLs", maybe(20, some(0, 2, either("/healthz", "*"))),
)))

var role = object(rbac+"/v1", "Role", segment, "rules", policyRules)

var clusterRole = object(rbac+"/v1", "ClusterRole", segment, "rules", policyRules,
	"aggregationRule", maybe(30, fields("clusterRoleSelectors", maybe(90, some(0, 2, selector)))))

var subjects = maybe(90, some(0, 3, fields(
	"kind", mostly(either("ServiceAccount", "User", "Group"), "", "user"),
	"name", maybe(97, either(name, "system:masters")),
	"namespace", maybe(50, name),
	"apiGroup", maybe(40, mostly(either(rbac, ""), "apps")),
)))

func roleReference(kinds value) value {
	return maybe(97, fields("apiGroup", maybe(80, mostly(always(rbac), "", "apps")), "kind", kinds, "name", segment))
}

var roleBinding = object(rbac+"/v1", "RoleBinding", segment, "subjects", subjects,
	"roleRef", roleReference(mostly(either("Role", "ClusterRole"), "", "role")))

var clusterRoleBinding = object(rbac+"/v1", "ClusterRoleBinding", segment, "subjects", subjects,
	"roleRef", roleReference(mostly(always("ClusterRole"), "", "Role")))

var priorityClass = object("scheduling.k8s.io/v1", "PriorityClass",
	either(subdomain, subdomain, "system-node-critical", "system-cluster-critical", "system-a"),
	"value", maybe(95, either(small, 1000000000, 1000000001, 2000000000, 2000001000)),
	"globalDefault", maybe(30, flag01),
	"preemptionPolicy", maybe(40, mostly(either("Never", "PreemptLowerPriority"), "", "never")),
)

var storageClass = object("storage.k8s.io/v1", "StorageClass", subdomain,
	"provisioner", maybe(97, either(qualified, "csi.example.com", "Example.com/A")),
	"parameters", maybe(40, named(0, 2, either("a", "type", ""), word)),
	"reclaimPolicy", maybe(40, mostly(either("Delete", "Retain"), "", "Recycle")),
	"volumeBindingMode", maybe(40, mostly(either("Immediate", "WaitForFirstConsumer"), "", "immediate")),
	"allowedTopologies", maybe(40, some(0, 2, fields("matchLabelExpressions", maybe(90, some(0, 2,
		fields("key", qualified, "values", maybe(95, some(0, 2, either("a", "b"))))))))),
)

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// resources are what podlint reads of a cluster, by kind.
var resources = map[string]schema.GroupVersionResource{
	"Node":                  {Version: "v1", Resource: "nodes"},
	"Pod":                   {Version: "v1", Resource: "pods"},
	"Namespace":             {Version: "v1", Resource: "namespaces"},
	"PersistentVolume":      {Version: "v1", Resource: "persistentvolumes"},
	"PersistentVolumeClaim": {Version: "v1", Resource: "persistentvolumeclaims"},
	"RuntimeClass":          {Group: "node.k8s.io", Version: "v1", Resource: "runtimeclasses"},
	"StorageClass":          {Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"},
	"CSINode":               {Group: "storage.k8s.io", Version: "v1", Resource: "csinodes"},
	"CSIDriver":             {Group: "storage.k8s.io", Version: "v1", Resource: "csidrivers"},
	"CSIStorageCapacity":    {Group: "storage.k8s.io", Version: "v1", Resource: "csistoragecapacities"},
	"VolumeAttachment":      {Group: "storage.k8s.io", Version: "v1", Resource: "volumeattachments"},
	"ResourceClaim":         {Group: "resource.k8s.io", Version: "v1", Resource: "resourceclaims"},
	"ResourceClaimTemplate": {Group: "resource.k8s.io", Version: "v1", Resource: "resourceclaimtemplates"},
	"ResourceSlice":         {Group: "resource.k8s.io", Version: "v1", Resource: "resourceslices"},
	"DeviceClass":           {Group: "resource.k8s.io", Version: "v1", Resource: "deviceclasses"},
}

// everything is all of them, in any order.
var everything = slices.Collect(maps.Values(resources))

// withStatus are the kinds whose status a case gives; the server takes it in a second step.
var withStatus = map[string]bool{"Pod": true, "PersistentVolume": true, "PersistentVolumeClaim": true, "ResourceClaim": true}

// standing marks what stays from case to case.
const standing = "podlint.dev/standing"

// server is the control plane.
type server struct {
	objects dynamic.Interface
	typed   kubernetes.Interface
}

// connect reaches it, as another user if that is named.
func connect(kubeconfig string, as rest.ImpersonationConfig) (*server, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	config.Impersonate = as
	config.WarningHandler = rest.NoWarnings{}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	typed, err := kubernetes.NewForConfig(config)
	return &server{objects, typed}, err
}

func asMap(object any) (*unstructured.Unstructured, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	out := &unstructured.Unstructured{}
	return out, json.Unmarshal(text, &out.Object)
}

func (s *server) of(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	resource, found := resources[object.GetKind()]
	if !found {
		return nil, fmt.Errorf("no resource is known for %s", object.GetKind())
	}
	if namespace := object.GetNamespace(); namespace != "" {
		return s.objects.Resource(resource).Namespace(namespace), nil
	}
	return s.objects.Resource(resource), nil
}

// create makes an object with its status, and begins to delete it where it is being deleted. It
// returns the uid that the object got.
func (s *server) create(ctx context.Context, object *unstructured.Unstructured) (types.UID, error) {
	client, err := s.of(object)
	if err != nil {
		return "", err
	}
	fresh := object.DeepCopy()
	for _, field := range []string{"uid", "deletionTimestamp", "deletionGracePeriodSeconds"} {
		unstructured.RemoveNestedField(fresh.Object, "metadata", field)
	}
	created, err := client.Create(ctx, fresh, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
	}
	if status, found := fresh.Object["status"].(map[string]any); found && len(status) > 0 && withStatus[object.GetKind()] {
		created.Object["status"] = status
		if _, err := client.UpdateStatus(ctx, created, metav1.UpdateOptions{}); err != nil {
			return "", fmt.Errorf("status of %s %s: %w", object.GetKind(), object.GetName(), err)
		}
	}
	if object.GetDeletionTimestamp() != nil {
		err = client.Delete(ctx, object.GetName(), metav1.DeleteOptions{})
	}
	return created.GetUID(), err
}

// list is the cluster as `kubectl get … -A -o yaml` prints it.
func (s *server) list(ctx context.Context) (any, error) {
	var lock sync.Mutex
	items := []any{}
	err := together(len(everything), func(index int) error {
		found, err := s.objects.Resource(everything[index]).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		lock.Lock()
		defer lock.Unlock()
		for _, item := range found.Items {
			items = append(items, item.Object)
		}
		return nil
	})
	return map[string]any{"apiVersion": "v1", "kind": "List", "items": items}, err
}

// clear removes all but the nodes, the namespaces and what stands.
func (s *server) clear(ctx context.Context) error {
	return together(len(everything), func(index int) error {
		resource := everything[index]
		if resource == resources["Node"] || resource == resources["Namespace"] {
			return nil
		}
		found, err := s.objects.Resource(resource).List(ctx, metav1.ListOptions{LabelSelector: "!" + standing})
		if err != nil {
			return err
		}
		return together(len(found.Items), func(index int) error {
			item := &found.Items[index]
			client, err := s.of(item)
			if err != nil {
				return err
			}
			if len(item.GetFinalizers()) > 0 {
				patch := []byte(`{"metadata":{"finalizers":null}}`)
				if _, err := client.Patch(ctx, item.GetName(), types.MergePatchType, patch, metav1.PatchOptions{}); ignoreGone(err) != nil {
					return err
				}
			}
			return ignoreGone(client.Delete(ctx, item.GetName(), metav1.DeleteOptions{GracePeriodSeconds: new(int64(0))}))
		})
	})
}

package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"io"
	"reflect"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	"podlint.dev/upstream/cases"
)

//go:embed standing.yaml
var standingObjects []byte

// checker asks podlint and the control plane the same.
type checker struct {
	server *server
	linter linter
	// asking is by whom the webhook is asked, in place of the linter; none if nil.
	asking *server
	seed   uint64
	nodes  []*v1.Node
	// keep is where what podlint read is left for a case that differs; nowhere if empty.
	keep string
}

// prepare makes the nodes and what stands.
func (c *checker) prepare(ctx context.Context) error {
	if err := c.server.clear(ctx); err != nil {
		return err
	}
	reader := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader(standingObjects), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := reader.Decode(&object.Object); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		object.SetLabels(map[string]string{standing: ""})
		if _, err := c.server.create(ctx, object); err != nil {
			return err
		}
	}
	c.nodes = cases.Nodes(c.seed, nodeCount)
	for _, object := range cases.OnNodes(c.nodes, c.seed, 0).Others {
		namespace, found := object.(*v1.Namespace)
		if !found {
			continue
		}
		_, err := c.server.typed.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return together(len(c.nodes), func(index int) error {
		_, err := c.server.typed.CoreV1().Nodes().Create(ctx, c.nodes[index], metav1.CreateOptions{})
		return err
	})
}

// setUp makes all of a case but its Pod.
func (c *checker) setUp(ctx context.Context, asked *cases.Case) error {
	if err := c.setTaints(ctx, c.nodes, asked.Nodes); err != nil {
		return err
	}
	var claims, others []*unstructured.Unstructured
	for _, object := range asked.Others {
		fields, err := asMap(object)
		if err != nil {
			return err
		}
		switch fields.GetKind() {
		case "Namespace":
		case "PersistentVolumeClaim":
			claims = append(claims, fields)
		default:
			others = append(others, fields)
		}
	}
	uids := make([]types.UID, len(claims))
	err := together(len(claims), func(index int) (err error) {
		uids[index], err = c.server.create(ctx, claims[index])
		return err
	})
	if err != nil {
		return err
	}
	// A volume is bound to its claim by the uid that the server gave to that.
	real := map[string]string{}
	for index, claim := range claims {
		real[string(claim.GetUID())] = string(uids[index])
	}
	for _, object := range others {
		uid, found, _ := unstructured.NestedString(object.Object, "spec", "claimRef", "uid")
		if known := real[uid]; found && known != "" {
			if err := unstructured.SetNestedField(object.Object, known, "spec", "claimRef", "uid"); err != nil {
				return err
			}
		}
	}
	for _, pod := range asked.Pods {
		fields, err := asMap(pod)
		if err != nil {
			return err
		}
		others = append(others, fields)
	}
	return together(len(others), func(index int) error {
		_, err := c.server.create(ctx, others[index])
		return err
	})
}

// takeDown makes the cluster what it was before the case.
func (c *checker) takeDown(ctx context.Context, asked *cases.Case) error {
	return errors.Join(c.server.clear(ctx), c.setTaints(ctx, asked.Nodes, c.nodes))
}

// setTaints gives the nodes their other taints.
func (c *checker) setTaints(ctx context.Context, from, to []*v1.Node) error {
	return together(len(to), func(index int) error {
		if reflect.DeepEqual(from[index].Spec.Taints, to[index].Spec.Taints) {
			return nil
		}
		patch, err := asMap(map[string]any{"spec": map[string]any{"taints": to[index].Spec.Taints}})
		if err != nil {
			return err
		}
		text, err := patch.MarshalJSON()
		if err != nil {
			return err
		}
		_, err = c.server.typed.CoreV1().Nodes().Patch(ctx, to[index].Name, types.MergePatchType, text, metav1.PatchOptions{})
		return err
	})
}

// bindChosen does a volume controller's part for a Pod whose node is chosen: it binds the claims to the
// volumes that the scheduler reserved for them, and to new ones where `provision`.
func (c *checker) bindChosen(ctx context.Context, provision bool) error {
	core := c.server.typed.CoreV1()
	claims, err := core.PersistentVolumeClaims("default").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	volumes, err := core.PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		if claim.Spec.VolumeName != "" {
			continue
		}
		for _, volume := range volumes.Items {
			if volume.Spec.ClaimRef != nil && volume.Spec.ClaimRef.UID == claim.UID {
				claim.Spec.VolumeName = volume.Name
			}
		}
		if claim.Spec.VolumeName == "" && provision && claim.Annotations["volume.kubernetes.io/selected-node"] != "" {
			volume, err := core.PersistentVolumes().Create(ctx, provisioned(&claim), metav1.CreateOptions{})
			if err != nil {
				return err
			}
			claim.Spec.VolumeName = volume.Name
		}
		if claim.Spec.VolumeName == "" {
			continue
		}
		metav1.SetMetaDataAnnotation(&claim.ObjectMeta, "pv.kubernetes.io/bind-completed", "yes")
		if _, err := core.PersistentVolumeClaims(claim.Namespace).Update(ctx, &claim, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// provisioned is the volume that a driver would make for the claim.
func provisioned(claim *v1.PersistentVolumeClaim) *v1.PersistentVolume {
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: "made-for-" + string(claim.UID)},
		Spec: v1.PersistentVolumeSpec{
			Capacity:         claim.Spec.Resources.Requests,
			AccessModes:      claim.Spec.AccessModes,
			StorageClassName: *claim.Spec.StorageClassName,
			ClaimRef:         &v1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeSource: v1.PersistentVolumeSource{
				CSI: &v1.CSIPersistentVolumeSource{Driver: "disk.example.com", VolumeHandle: string(claim.UID)},
			},
		},
	}
}

// settle gives the scheduler the time to hear of what was made.
func settle(ctx context.Context, pause time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pause):
		return nil
	}
}

// refused says whether the server does not take an object, which is no case then.
func refused(err error) bool {
	return apierrors.IsInvalid(err) || apierrors.IsForbidden(err) || apierrors.IsBadRequest(err)
}

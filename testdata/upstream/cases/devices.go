package cases

import (
	"fmt"

	v1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const gpuDriver = "gpu.example.com"

// deviceClaims has a claim for devices of a class without selectors, that some nodes have.
func (w *world) deviceClaims() {
	meta := metav1.TypeMeta{APIVersion: "resource.k8s.io/v1", Kind: "DeviceClass"}
	if w.chance(90) {
		w.add(&resourcev1.DeviceClass{TypeMeta: meta, ObjectMeta: metav1.ObjectMeta{Name: "gpu"}})
	}
	var devices []*resourcev1.ResourceSlice
	for _, node := range w.nodes {
		if w.chance(50) {
			devices = append(devices, w.slice(node))
		}
	}
	name := "devices"
	w.pod.Spec.ResourceClaims = []v1.PodResourceClaim{{Name: "gpu", ResourceClaimName: &name}}
	w.pod.Spec.Containers[0].Resources.Claims = []v1.ResourceClaim{{Name: "gpu"}}
	kind := w.IntN(10)
	if kind == 0 {
		return
	}
	claim := w.deviceClaim(name)
	switch kind {
	case 1:
		claim.DeletionTimestamp, claim.DeletionGracePeriodSeconds = &deleted, new(int64(0))
		claim.Finalizers = []string{"resource.kubernetes.io/delete-protection"}
	case 2, 3, 4:
		if len(devices) > 0 {
			allocate(claim, pick(w.draw, devices...), "somebody")
		}
	default:
		for index, slice := range devices {
			if w.chance(30) {
				allocate(w.deviceClaim(fmt.Sprintf("taken%d", index)), slice, "somebody")
			}
		}
	}
}

func (w *world) slice(node *v1.Node) *resourcev1.ResourceSlice {
	slice := &resourcev1.ResourceSlice{
		TypeMeta:   metav1.TypeMeta{APIVersion: "resource.k8s.io/v1", Kind: "ResourceSlice"},
		ObjectMeta: metav1.ObjectMeta{Name: node.Name + "-gpus"},
		Spec:       resourcev1.ResourceSliceSpec{Driver: gpuDriver, NodeName: &node.Name, Pool: resourcev1.ResourcePool{Name: node.Name, Generation: 1, ResourceSliceCount: 1}},
	}
	for index := range w.between(1, 2) {
		slice.Spec.Devices = append(slice.Spec.Devices, resourcev1.Device{Name: fmt.Sprintf("gpu-%d", index)})
	}
	w.add(slice)
	return slice
}

func (w *world) deviceClaim(name string) *resourcev1.ResourceClaim {
	claim := &resourcev1.ResourceClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "resource.k8s.io/v1", Kind: "ResourceClaim"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, UID: types.UID(name + "-uid")},
		Spec: resourcev1.ResourceClaimSpec{Devices: resourcev1.DeviceClaim{Requests: []resourcev1.DeviceRequest{{
			Name:    "request",
			Exactly: &resourcev1.ExactDeviceRequest{DeviceClassName: "gpu", AllocationMode: resourcev1.DeviceAllocationModeExactCount, Count: int64(w.between(1, 2))},
		}}}},
	}
	w.add(claim)
	return claim
}

// allocate gives the slice's first device to the claim.
func allocate(claim *resourcev1.ResourceClaim, slice *resourcev1.ResourceSlice, user string) {
	claim.Status.Allocation = &resourcev1.AllocationResult{
		Devices: resourcev1.DeviceAllocationResult{Results: []resourcev1.DeviceRequestAllocationResult{{
			Request: "request", Driver: slice.Spec.Driver, Pool: slice.Spec.Pool.Name, Device: slice.Spec.Devices[0].Name,
		}}},
		NodeSelector: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
			MatchFields: []v1.NodeSelectorRequirement{{Key: metav1.ObjectNameField, Operator: v1.NodeSelectorOpIn, Values: []string{*slice.Spec.NodeName}}},
		}}},
	}
	claim.Status.ReservedFor = []resourcev1.ResourceClaimConsumerReference{{Resource: "pods", Name: user, UID: types.UID(user + "-uid")}}
}

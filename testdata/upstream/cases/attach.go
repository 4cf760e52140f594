package cases

import (
	"fmt"
	"slices"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const ebsDriver = "ebs.csi.aws.com"

// csiDriver adds the driver, once; no two drivers keep Pods away where they are missing,
// as the scheduler names either of them.
func (w *world) csiDriver(name string) *storagev1.CSIDriver {
	driver := &storagev1.CSIDriver{TypeMeta: metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "CSIDriver"}, ObjectMeta: metav1.ObjectMeta{Name: name}}
	if !w.drivers[name] {
		w.drivers[name] = true
		w.add(driver)
	}
	if !w.guarded && w.chance(20) {
		w.guarded = true
		driver.Spec.PreventPodSchedulingIfMissing = new(true)
	}
	return driver
}

// csiNode says how many volumes of the driver the node takes.
func (w *world) csiNode(node *v1.Node, driver string, count int32) *storagev1.CSINode {
	for _, object := range w.others {
		if found, ok := object.(*storagev1.CSINode); ok && found.Name == node.Name {
			known := slices.ContainsFunc(found.Spec.Drivers, func(d storagev1.CSINodeDriver) bool { return d.Name == driver })
			if !known {
				found.Spec.Drivers = append(found.Spec.Drivers, csiNodeDriver(node, driver, count))
			}
			return found
		}
	}
	csiNode := &storagev1.CSINode{
		TypeMeta:   metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "CSINode"},
		ObjectMeta: metav1.ObjectMeta{Name: node.Name},
		Spec:       storagev1.CSINodeSpec{Drivers: []storagev1.CSINodeDriver{csiNodeDriver(node, driver, count)}},
	}
	w.add(csiNode)
	return csiNode
}

func csiNodeDriver(node *v1.Node, driver string, count int32) storagev1.CSINodeDriver {
	entry := storagev1.CSINodeDriver{Name: driver, NodeID: node.Name, TopologyKeys: []string{zoneKey}}
	if count >= 0 {
		entry.Allocatable = &storagev1.VolumeNodeResources{Count: &count}
	}
	return entry
}

// volumeLimits fills the nodes with volumes, of which each takes a few.
func (w *world) volumeLimits() {
	driver := pick(w.draw, diskDriver, diskDriver, ebsDriver)
	if w.chance(40) {
		w.csiDriver(driver)
	}
	class := w.class("limited", pick(w.draw, driver, driver, "kubernetes.io/aws-ebs"), storagev1.VolumeBindingWaitForFirstConsumer)
	source := func(volume *v1.PersistentVolume) {
		volume.Spec.CSI.Driver = driver
		if driver == ebsDriver && w.chance(50) {
			w.inTree(volume)
		}
	}
	var shared *v1.PersistentVolumeClaim
	for range w.between(1, 2) {
		claim := w.claim(w.pod, class.Name)
		if w.chance(70) {
			volume := w.volume()
			bind(claim, volume)
			source(volume)
			shared = claim
		}
	}
	if w.chance(15) {
		addVolume(w.pod, v1.VolumeSource{AWSElasticBlockStore: &v1.AWSElasticBlockStoreVolumeSource{VolumeID: "vol-inline"}})
	}
	for index, node := range w.nodes {
		if w.chance(90) {
			w.csiNode(node, pick(w.draw, driver, driver, driver, driver, "other.example.com"), int32(w.between(-1, 3)))
		}
		for range w.between(0, 2) {
			pod := w.runningPod(node)
			if shared != nil && pod.Namespace == namespace && w.chance(15) {
				use(pod, shared.Name)
				continue
			}
			claim := w.claim(pod, class.Name)
			if w.chance(90) {
				volume := w.volume()
				bind(claim, volume)
				source(volume)
			}
		}
		if w.chance(15) {
			volume := w.volume()
			source(volume)
			w.add(&storagev1.VolumeAttachment{
				TypeMeta:   metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "VolumeAttachment"},
				ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("attachment%d", index)},
				Spec:       storagev1.VolumeAttachmentSpec{Attacher: driver, NodeName: node.Name, Source: storagev1.VolumeAttachmentSource{PersistentVolumeName: &volume.Name}},
			})
		}
	}
}

// brokenClaim has a claim with which no node is looked at.
func (w *world) brokenClaim() {
	if w.chance(35) {
		w.class("immediate", diskDriver, storagev1.VolumeBindingImmediate)
	}
	switch w.IntN(8) {
	case 0:
		use(w.pod, "missing")
	case 1:
		claim := w.claim(w.pod, "standard")
		claim.Spec.VolumeName, claim.Status.Phase = "lost", v1.ClaimLost
		claim.Annotations = map[string]string{bindCompleted: "yes"}
	case 2:
		claim := w.claim(w.pod, "standard")
		bind(claim, w.volume())
		claim.DeletionTimestamp, claim.DeletionGracePeriodSeconds = &deleted, new(int64(0))
		claim.Finalizers = []string{"kubernetes.io/pvc-protection"}
	case 3:
		w.claim(w.pod, "immediate")
	case 4:
		w.claim(w.pod, pick(w.draw, "", "no-such-class"))
	case 5:
		// Bound by its user, not yet by the controller.
		w.claim(w.pod, "standard").Spec.VolumeName = w.volume().Name
	case 6:
		claim := w.claim(w.pod, "standard")
		volume := w.volume()
		bind(claim, volume)
		claim.Spec.VolumeName = "gone"
	case 7:
		w.looseClaim("elsewhere", "other", "standard")
		use(w.pod, "elsewhere")
	}
}

// readWriteOncePod has a claim that one Pod at most may use, in use most of the time.
func (w *world) readWriteOncePod() {
	claim := w.claim(w.pod, "standard")
	claim.Spec.AccessModes = []v1.PersistentVolumeAccessMode{v1.ReadWriteOncePod}
	volume := w.volume()
	volume.Spec.AccessModes = claim.Spec.AccessModes
	bind(claim, volume)
	if w.chance(65) && len(w.nodes) > 0 {
		pod := w.runningPod(pick(w.draw, w.nodes...))
		if w.chance(80) {
			pod.Namespace = namespace
		}
		use(pod, claim.Name)
	}
}

// sharedDisks has disks that are named in the Pods themselves.
func (w *world) sharedDisks() {
	kind := w.IntN(4)
	disk := func() v1.VolumeSource {
		readOnly := w.chance(50)
		switch kind {
		case 0:
			return v1.VolumeSource{GCEPersistentDisk: &v1.GCEPersistentDiskVolumeSource{PDName: pick(w.draw, "disk", "disk", "else"), ReadOnly: readOnly}}
		case 1:
			return v1.VolumeSource{AWSElasticBlockStore: &v1.AWSElasticBlockStoreVolumeSource{VolumeID: pick(w.draw, "vol-1", "vol-1", "vol-2"), ReadOnly: readOnly}}
		case 2:
			return v1.VolumeSource{ISCSI: &v1.ISCSIVolumeSource{
				TargetPortal: pick(w.draw, "10.0.0.2:3260", "10.0.0.3:3260"), IQN: "iqn.2026-01.com.example:" + pick(w.draw, "one", "one", "two"), ReadOnly: readOnly,
			}}
		}
		return v1.VolumeSource{RBD: &v1.RBDVolumeSource{
			CephMonitors: some(w.draw, 1, "m1:6789", "m2:6789", "m3:6789"), RBDImage: pick(w.draw, "image", "image", "image", "else"), RBDPool: pick(w.draw, "", "rbd", "fast"), ReadOnly: readOnly,
		}}
	}
	addVolume(w.pod, disk())
	for _, node := range w.nodes {
		for range w.between(0, 2) {
			addVolume(w.runningPod(node), disk())
		}
	}
}

// ephemeralVolume has a claim that is made with the Pod, or should have been.
func (w *world) ephemeralVolume() {
	class := w.class("scratch", diskDriver, pick(w.draw, storagev1.VolumeBindingImmediate, storagev1.VolumeBindingWaitForFirstConsumer))
	addEphemeral := func(pod *v1.Pod, owner *v1.Pod) *v1.PersistentVolumeClaim {
		claim := w.looseClaim(fmt.Sprintf("%s-v%d", pod.Name, len(pod.Spec.Volumes)), pod.Namespace, class.Name)
		claim.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Pod", Name: owner.Name, UID: owner.UID, Controller: new(true), BlockOwnerDeletion: new(true)}}
		addVolume(pod, v1.VolumeSource{Ephemeral: &v1.EphemeralVolumeSource{VolumeClaimTemplate: &v1.PersistentVolumeClaimTemplate{Spec: claim.Spec}}})
		return claim
	}
	switch kind := w.IntN(14); {
	case kind < 1:
		w.waiting(class.Name)
	case kind < 2:
		addEphemeral(w.pod, newPod(podName, namespace)).OwnerReferences[0].UID = foreignUID
	case kind < 3:
		addEphemeral(w.pod, w.pod)
	default:
		claim, volume := addEphemeral(w.pod, w.pod), w.volume()
		bind(claim, volume)
		if w.chance(60) {
			volume.Spec.NodeAffinity = w.pinned()
		}
		if w.chance(25) {
			// Only VolumeBinding looks at the volume of such a claim.
			claim.Spec.VolumeName = "gone"
		}
	}
	for _, node := range w.nodes {
		if w.chance(40) {
			pod := w.runningPod(node)
			bind(addEphemeral(pod, pod), w.volume())
			w.csiNode(node, diskDriver, int32(w.between(1, 2)))
		}
	}
}

// waiting has a volume whose claim nobody has made yet.
func (w *world) waiting(class string) {
	addVolume(w.pod, v1.VolumeSource{Ephemeral: &v1.EphemeralVolumeSource{VolumeClaimTemplate: &v1.PersistentVolumeClaimTemplate{Spec: v1.PersistentVolumeClaimSpec{
		AccessModes:      []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce},
		StorageClassName: &class,
		Resources:        v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: quantity("1Gi")}},
	}}}})
}

// harmlessVolumes are of kinds that the scheduler does not look at.
func (w *world) harmlessVolumes() {
	for _, source := range some(w.draw, 1,
		v1.VolumeSource{EmptyDir: &v1.EmptyDirVolumeSource{}},
		v1.VolumeSource{ConfigMap: &v1.ConfigMapVolumeSource{LocalObjectReference: v1.LocalObjectReference{Name: "settings"}}},
		v1.VolumeSource{Secret: &v1.SecretVolumeSource{SecretName: "key"}},
		v1.VolumeSource{HostPath: &v1.HostPathVolumeSource{Path: "/var/log"}},
		v1.VolumeSource{NFS: &v1.NFSVolumeSource{Server: "nfs.example.com", Path: "/"}},
		v1.VolumeSource{CSI: &v1.CSIVolumeSource{Driver: "inline.example.com"}},
		v1.VolumeSource{DownwardAPI: &v1.DownwardAPIVolumeSource{Items: []v1.DownwardAPIVolumeFile{{Path: "labels", FieldRef: &v1.ObjectFieldSelector{FieldPath: "metadata.labels"}}}}},
	) {
		addVolume(w.pod, source)
	}
}

package cases

import (
	"fmt"
	"strings"

	v1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	diskDriver    = "disk.example.com"
	noProvisioner = "kubernetes.io/no-provisioner"
	bindCompleted = "pv.kubernetes.io/bind-completed"
	selectedNode  = "volume.kubernetes.io/selected-node"
	migrated      = v1.MigratedPluginsAnnotationKey
)

// size is another one at every call, so that the smallest volume that fits is never in doubt.
func (w *world) size() string {
	size := w.sizes[0]
	w.sizes = append(w.sizes[1:], size)
	return fmt.Sprintf("%dGi", size+1)
}

// volume is a further volume, not bound yet, in no class.
func (w *world) volume() *v1.PersistentVolume {
	name := fmt.Sprintf("pv%d", w.volumes)
	w.volumes++
	volume := &v1.PersistentVolume{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolume"},
		ObjectMeta: metav1.ObjectMeta{Name: name, UID: types.UID(name + "-uid")},
		Spec: v1.PersistentVolumeSpec{
			Capacity:    v1.ResourceList{v1.ResourceStorage: quantity(w.size())},
			AccessModes: []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce},
			PersistentVolumeSource: v1.PersistentVolumeSource{
				CSI: &v1.CSIPersistentVolumeSource{Driver: diskDriver, VolumeHandle: name},
			},
		},
		Status: v1.PersistentVolumeStatus{Phase: v1.VolumeAvailable},
	}
	w.add(volume)
	return volume
}

// claim is a further claim that the Pod uses; without volume it is not bound.
func (w *world) claim(pod *v1.Pod, class string) *v1.PersistentVolumeClaim {
	claim := w.looseClaim(fmt.Sprintf("%s-claim%d", pod.Name, len(pod.Spec.Volumes)), pod.Namespace, class)
	use(pod, claim.Name)
	return claim
}

// use adds a volume of that claim to the Pod.
func use(pod *v1.Pod, claim string) {
	addVolume(pod, v1.VolumeSource{PersistentVolumeClaim: &v1.PersistentVolumeClaimVolumeSource{ClaimName: claim}})
}

func addVolume(pod *v1.Pod, source v1.VolumeSource) {
	pod.Spec.Volumes = append(pod.Spec.Volumes, v1.Volume{Name: fmt.Sprintf("v%d", len(pod.Spec.Volumes)), VolumeSource: source})
}

func (w *world) looseClaim(name, in, class string) *v1.PersistentVolumeClaim {
	claim := &v1.PersistentVolumeClaim{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: in, UID: types.UID(name + "-uid")},
		Spec: v1.PersistentVolumeClaimSpec{
			AccessModes:      []v1.PersistentVolumeAccessMode{v1.ReadWriteOnce},
			StorageClassName: &class,
			Resources:        v1.VolumeResourceRequirements{Requests: v1.ResourceList{v1.ResourceStorage: quantity(fmt.Sprintf("%dGi", w.between(1, 20)))}},
		},
		Status: v1.PersistentVolumeClaimStatus{Phase: v1.ClaimPending},
	}
	w.add(claim)
	return claim
}

// bind does what the volume controller does.
func bind(claim *v1.PersistentVolumeClaim, volume *v1.PersistentVolume) {
	claim.Annotations = map[string]string{bindCompleted: "yes"}
	claim.Spec.VolumeName, claim.Status.Phase = volume.Name, v1.ClaimBound
	volume.Spec.ClaimRef = &v1.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID}
	volume.Status.Phase = v1.VolumeBound
}

func (w *world) class(name, provisioner string, mode storagev1.VolumeBindingMode) *storagev1.StorageClass {
	class := &storagev1.StorageClass{
		TypeMeta:          metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "StorageClass"},
		ObjectMeta:        metav1.ObjectMeta{Name: name},
		Provisioner:       provisioner,
		VolumeBindingMode: &mode,
	}
	w.add(class)
	return class
}

// pinned is the affinity of a volume that some nodes reach.
func (w *world) pinned() *v1.VolumeNodeAffinity {
	name := func() string { return fmt.Sprintf("n%d", w.IntN(len(w.nodes)+1)) }
	in := func(key string, values ...string) v1.NodeSelectorTerm {
		return v1.NodeSelectorTerm{MatchExpressions: []v1.NodeSelectorRequirement{{Key: key, Operator: v1.NodeSelectorOpIn, Values: values}}}
	}
	var terms []v1.NodeSelectorTerm
	switch w.IntN(7) {
	case 0:
		terms = []v1.NodeSelectorTerm{in(v1.LabelHostname, name())}
	case 1:
		terms = []v1.NodeSelectorTerm{in(v1.LabelHostname, name()), in(v1.LabelHostname, name())}
	case 2:
		terms = []v1.NodeSelectorTerm{{MatchExpressions: []v1.NodeSelectorRequirement{{Key: "disk", Operator: pick(w.draw, v1.NodeSelectorOpExists, v1.NodeSelectorOpDoesNotExist)}}}}
	case 3:
		terms = []v1.NodeSelectorTerm{{MatchExpressions: []v1.NodeSelectorRequirement{{Key: zoneKey, Operator: v1.NodeSelectorOpNotIn, Values: []string{pick(w.draw, zones...)}}}}}
	case 4:
		terms = []v1.NodeSelectorTerm{in(zoneKey, pick(w.draw, zones...))}
		terms[0].MatchExpressions = append(terms[0].MatchExpressions, v1.NodeSelectorRequirement{Key: "rank", Operator: v1.NodeSelectorOpGt, Values: []string{"2"}})
	default:
		terms = []v1.NodeSelectorTerm{in(zoneKey, some(w.draw, 1, zones...)...)}
	}
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: terms}}
}

// boundClaim has claims whose volumes are reached from some nodes only.
func (w *world) boundClaim() {
	for range w.between(1, 2) {
		volume := w.volume()
		bind(w.claim(w.pod, "standard"), volume)
		if w.chance(85) {
			volume.Spec.NodeAffinity = w.pinned()
			if w.chance(30) {
				volume.Spec.PersistentVolumeSource = v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: "/data"}}
			}
		} else {
			volume.Spec.PersistentVolumeSource = v1.PersistentVolumeSource{NFS: &v1.NFSVolumeSource{Server: "nfs.example.com", Path: "/"}}
		}
	}
}

// zonedVolume has a bound volume with the labels that the cloud controllers put there.
func (w *world) zonedVolume() {
	volume := w.volume()
	bind(w.claim(w.pod, "standard"), volume)
	value := strings.Join(some(w.draw, 1, zones...), "__")
	if w.chance(5) {
		value = pick(w.draw, "", "a__", "none")
	}
	volume.Labels = map[string]string{pick(w.draw, zoneKey, zoneKey, v1.LabelFailureDomainBetaZone): value}
	if w.chance(40) {
		volume.Labels[pick(w.draw, regionKey, v1.LabelFailureDomainBetaRegion)] = pick(w.draw, "r", "r", "s")
	}
	if w.chance(25) {
		w.inTree(volume)
		if w.chance(50) && len(w.nodes) > 0 {
			plugins := pick(w.draw, "kubernetes.io/aws-ebs,kubernetes.io/cinder", "kubernetes.io/aws-ebs", "kubernetes.io/azure-disk", "")
			w.csiNode(pick(w.draw, w.nodes...), ebsDriver, 5).Annotations = map[string]string{migrated: plugins}
		}
	}
}

// inTree makes the volume one of the kinds that CSI drivers have taken over.
func (w *world) inTree(volume *v1.PersistentVolume) {
	if w.chance(60) {
		volume.Spec.PersistentVolumeSource = v1.PersistentVolumeSource{AWSElasticBlockStore: &v1.AWSElasticBlockStoreVolumeSource{VolumeID: "vol-" + volume.Name}}
	} else {
		volume.Spec.PersistentVolumeSource = v1.PersistentVolumeSource{GCEPersistentDisk: &v1.GCEPersistentDiskVolumeSource{PDName: volume.Name}}
	}
}

// staticVolumes has claims that wait for their first consumer, and volumes made by hand, most of which do not do.
func (w *world) staticVolumes() {
	const name = "local"
	provisioner := noProvisioner
	if w.chance(10) {
		provisioner = diskDriver
	}
	w.class(name, provisioner, storagev1.VolumeBindingWaitForFirstConsumer)
	var claims []*v1.PersistentVolumeClaim
	for range pick(w.draw, 1, 1, 2) {
		claim := w.claim(w.pod, name)
		if w.chance(20) {
			claim.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "gold"}}
		}
		if w.chance(10) {
			claim.Spec.VolumeMode = new(v1.PersistentVolumeBlock)
		}
		if w.chance(15) {
			claim.Spec.AccessModes = append(claim.Spec.AccessModes, v1.ReadOnlyMany)
		}
		if w.chance(5) {
			claim.Spec.VolumeAttributesClassName = new("fast")
		}
		claims = append(claims, claim)
	}
	// One volume at most is reserved for a claim: the scheduler takes either of two.
	unreserved := claims
	for range w.between(1, 9) {
		volume := w.volume()
		volume.Spec.NodeAffinity = w.pinned()
		volume.Spec.StorageClassName = name
		volume.Labels = map[string]string{"tier": pick(w.draw, "gold", "gold", "silver")}
		switch w.IntN(14) {
		case 0:
			volume.Spec.StorageClassName = "another"
		case 1:
			volume.Spec.VolumeMode = new(v1.PersistentVolumeBlock)
		case 2:
			volume.Spec.AccessModes = []v1.PersistentVolumeAccessMode{pick(w.draw, v1.ReadWriteMany, v1.ReadWriteOncePod)}
		case 3:
			volume.Spec.AccessModes = append(volume.Spec.AccessModes, v1.ReadOnlyMany)
		case 4:
			volume.Status.Phase = pick(w.draw, v1.VolumePending, v1.VolumeReleased, v1.VolumeFailed)
		case 5:
			volume.DeletionTimestamp, volume.DeletionGracePeriodSeconds = &deleted, new(int64(0))
			volume.Finalizers = []string{"kubernetes.io/pv-protection"}
		case 6:
			if len(unreserved) > 0 {
				volume.Spec.ClaimRef = &v1.ObjectReference{Namespace: namespace, Name: unreserved[0].Name}
				unreserved = unreserved[1:]
			}
		case 7:
			volume.Spec.ClaimRef = &v1.ObjectReference{Namespace: namespace, Name: pick(w.draw, claims...).Name, UID: foreignUID}
		case 8:
			volume.Spec.VolumeAttributesClassName = new("fast")
		}
		if volume.Spec.VolumeAttributesClassName == nil {
			volume.Spec.PersistentVolumeSource = v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: "/data"}}
		}
	}
}

// provisionedClaim has a claim for which a volume is made where the class allows it.
func (w *world) provisionedClaim() {
	class := w.class("topology", pick(w.draw, diskDriver, diskDriver, diskDriver, noProvisioner), storagev1.VolumeBindingWaitForFirstConsumer)
	for range pick(w.draw, 0, 1, 1, 1, 2) {
		term := v1.TopologySelectorTerm{MatchLabelExpressions: []v1.TopologySelectorLabelRequirement{{Key: zoneKey, Values: some(w.draw, 1, zones...)}}}
		if w.chance(20) {
			term.MatchLabelExpressions = append(term.MatchLabelExpressions, v1.TopologySelectorLabelRequirement{Key: "disk", Values: []string{"ssd"}})
		}
		class.AllowedTopologies = append(class.AllowedTopologies, term)
	}
	// Two terms that say the same are refused.
	if len(class.AllowedTopologies) == 2 {
		class.AllowedTopologies[1].MatchLabelExpressions[0] = v1.TopologySelectorLabelRequirement{Key: regionKey, Values: []string{"r"}}
	}
	claim := w.claim(w.pod, class.Name)
	if w.chance(15) && len(w.nodes) > 0 {
		claim.Annotations = map[string]string{selectedNode: pick(w.draw, w.nodes...).Name}
	}
}

// trackedCapacity has a claim of a driver that says how much room each zone has left.
func (w *world) trackedCapacity() {
	w.csiDriver(diskDriver).Spec.StorageCapacity = new(w.chance(85))
	class := w.class("tracked", diskDriver, storagev1.VolumeBindingWaitForFirstConsumer)
	w.claim(w.pod, class.Name)
	for index, zone := range some(w.draw, 0, zones...) {
		capacity := &storagev1.CSIStorageCapacity{
			TypeMeta:         metav1.TypeMeta{APIVersion: "storage.k8s.io/v1", Kind: "CSIStorageCapacity"},
			ObjectMeta:       metav1.ObjectMeta{Name: fmt.Sprintf("capacity%d", index), Namespace: "kube-system"},
			StorageClassName: pick(w.draw, class.Name, class.Name, class.Name, class.Name, "another"),
		}
		if w.chance(95) {
			capacity.NodeTopology = &metav1.LabelSelector{MatchLabels: map[string]string{zoneKey: zone}}
		}
		if w.chance(95) {
			capacity.Capacity = new(quantity(pick(w.draw, "1Gi", "10Gi", "100Gi")))
		}
		if w.chance(25) {
			capacity.MaximumVolumeSize = new(quantity(pick(w.draw, "1Gi", "50Gi")))
		}
		w.add(capacity)
	}
}

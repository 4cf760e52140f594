// Prints what Kubernetes itself says about its kinds, found by reflection over the types of its
// Go modules, one fact a line: which type a kind has, which Go type a field has, and when an API
// version of a kind is deprecated and removed. The argument is the minor version of the modules.
// `../record.sh` runs it for each version.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextensionsv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
	aggregatorv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	aggregatorv1beta1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1beta1"
)

// Types whose JSON is not their fields. A type that unmarshals itself must be here.
var leaves = map[reflect.Type]string{
	reflect.TypeOf(resource.Quantity{}):                                 "Quantity",
	reflect.TypeOf(intstr.IntOrString{}):                                "IntOrString",
	reflect.TypeOf(metav1.Time{}):                                       "Time",
	reflect.TypeOf(metav1.MicroTime{}):                                  "MicroTime",
	reflect.TypeOf(metav1.Duration{}):                                   "Duration",
	reflect.TypeOf(metav1.FieldsV1{}):                                   "Any",
	reflect.TypeOf(runtime.RawExtension{}):                              "Any",
	reflect.TypeOf(apiextensionsv1.JSON{}):                              "Any",
	reflect.TypeOf(apiextensionsv1.JSONSchemaPropsOrBool{}):             "ObjectOrBool",
	reflect.TypeOf(apiextensionsv1.JSONSchemaPropsOrArray{}):            "ObjectOrList",
	reflect.TypeOf(apiextensionsv1.JSONSchemaPropsOrStringArray{}):      "ObjectOrStrings",
	reflect.TypeOf(apiextensionsv1beta1.JSON{}):                         "Any",
	reflect.TypeOf(apiextensionsv1beta1.JSONSchemaPropsOrBool{}):        "ObjectOrBool",
	reflect.TypeOf(apiextensionsv1beta1.JSONSchemaPropsOrArray{}):       "ObjectOrList",
	reflect.TypeOf(apiextensionsv1beta1.JSONSchemaPropsOrStringArray{}): "ObjectOrStrings",
}

var (
	unmarshaler = reflect.TypeOf((*json.Unmarshaler)(nil)).Elem()
	objects     = map[string]reflect.Type{}
	pending     []reflect.Type
)

// The name of the type in the OpenAPI document.
func name(t reflect.Type) string {
	host, rest, _ := strings.Cut(t.PkgPath(), "/")
	parts := strings.Split(host, ".")
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, ".") + "." + strings.ReplaceAll(rest, "/", ".") + "." + t.Name()
}

func object(t reflect.Type) string {
	n := name(t)
	if known, ok := objects[n]; !ok {
		objects[n] = t
		pending = append(pending, t)
	} else if known != t {
		panic("two types are named " + n)
	}
	return n
}

func describe(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if leaf, ok := leaves[t]; ok {
		if strings.HasPrefix(leaf, "ObjectOr") {
			// The first field that is a pointer points to the schema.
			for i := 0; i < t.NumField(); i++ {
				f := t.Field(i).Type
				if f.Kind() == reflect.Pointer {
					return leaf + "(" + object(f.Elem()) + ")"
				}
			}
		}
		return leaf
	}
	if t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(unmarshaler) {
		// An embedded Time promotes its method; anything else is a type that has to be listed.
		panic(fmt.Sprintf("%v unmarshals itself", t))
	}
	switch t.Kind() {
	case reflect.String:
		return "String"
	case reflect.Bool:
		return "Boolean"
	case reflect.Int32:
		return "Int32"
	case reflect.Int64, reflect.Int:
		return "Int64"
	case reflect.Float64:
		return "Float"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "Bytes"
		}
		return "List(" + describe(t.Elem()) + ")"
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			panic(fmt.Sprintf("%v: key", t))
		}
		return "Map(" + describe(t.Elem()) + ")"
	case reflect.Struct:
		return "Object(" + object(t) + ")"
	}
	panic(fmt.Sprintf("%v: %v", t, t.Kind()))
}

// Adds the fields that encoding/json sees; those of the type itself win over embedded ones.
func fields(t reflect.Type, out map[string]string) {
	var embedded []reflect.Type
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" {
			continue
		}
		n, _, _ := strings.Cut(tag, ",")
		if f.Anonymous && n == "" {
			e := f.Type
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			if e.Kind() == reflect.Struct {
				embedded = append(embedded, e)
				continue
			}
		}
		if !f.IsExported() {
			continue
		}
		if n == "" {
			n = f.Name
		}
		out[n] = describe(f.Type)
	}
	for _, e := range embedded {
		inner := map[string]string{}
		fields(e, inner)
		for n, d := range inner {
			if _, ok := out[n]; !ok {
				out[n] = d
			}
		}
	}
}

type deprecated interface{ APILifecycleDeprecated() (int, int) }
type removed interface{ APILifecycleRemoved() (int, int) }
type replacement interface {
	APILifecycleReplacement() schema.GroupVersionKind
}

// No longer served in that minor version, though the type is still there.
func gone(t reflect.Type, current int) bool {
	l, ok := reflect.New(t).Interface().(removed)
	if !ok {
		return false
	}
	_, minor := l.APILifecycleRemoved()
	return minor <= current
}

func lifecycle(gvk schema.GroupVersionKind, t reflect.Type) {
	o := reflect.New(t).Interface()
	line := "lifecycle " + gvk.GroupVersion().String() + " " + gvk.Kind
	l, ok := o.(deprecated)
	if !ok {
		return
	}
	_, minor := l.APILifecycleDeprecated()
	line += fmt.Sprintf(" deprecated=%d", minor)
	if l, ok := o.(removed); ok {
		_, minor := l.APILifecycleRemoved()
		line += fmt.Sprintf(" removed=%d", minor)
	}
	if l, ok := o.(replacement); ok {
		r := l.APILifecycleReplacement()
		line += fmt.Sprintf(" replacement=%s,%s", r.GroupVersion().String(), r.Kind)
	}
	fmt.Println(line)
}

func main() {
	current, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	apis := scheme.Scheme
	for _, add := range []func(*runtime.Scheme) error{
		apiextensionsv1.AddToScheme, apiextensionsv1beta1.AddToScheme,
		aggregatorv1.AddToScheme, aggregatorv1beta1.AddToScheme,
	} {
		if err := add(apis); err != nil {
			panic(err)
		}
	}
	known := apis.AllKnownTypes()
	for gvk, t := range known {
		if gvk.Version == runtime.APIVersionInternal {
			continue
		}
		if reflect.PointerTo(t).Implements(unmarshaler) {
			panic(fmt.Sprintf("%v unmarshals itself", gvk))
		}
		lifecycle(gvk, t)
		// The options are parameters in a query, no objects.
		// A list goes with its items, whatever it says itself.
		item := gvk
		item.Kind = strings.TrimSuffix(gvk.Kind, "List")
		served, ok := known[item]
		if !ok {
			served = t
		}
		if !gone(served, current) && !strings.HasSuffix(gvk.Kind, "Options") {
			fmt.Println("kind", gvk.GroupVersion().String(), gvk.Kind, object(t))
		}
	}
	for len(pending) > 0 {
		t := pending[0]
		pending = pending[1:]
		out := map[string]string{}
		fields(t, out)
		fmt.Println("object", name(t))
		for field, described := range out {
			fmt.Println("field", name(t), field, described)
		}
	}
}

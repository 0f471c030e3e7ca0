// A client-go shared informer under measurement: `client-go-informer URL OBJECTS EVENTS`
// prints a line of JSON when it has been told of all objects, and one when it
// has been told of all events.
package main

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	k8sruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// measurement is what ../measured-informer.ts prints, too.
type measurement struct {
	Milliseconds    float64 `json:"milliseconds"`
	CPUMicroseconds int64   `json:"cpuMicroseconds"`
	HeapBytes       int64   `json:"heapBytes"`
}

func main() {
	url, objects, events := os.Args[1], number(os.Args[2]), number(os.Args[3])
	informer := newInformer(url)
	var added, updated int
	allAdded, allUpdated := make(chan struct{}), make(chan struct{})
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) {
			if added++; added == objects {
				close(allAdded)
			}
		},
		UpdateFunc: func(_, _ any) {
			if updated++; updated == events {
				close(allUpdated)
			}
		},
	})
	must(err)
	idle := heapInUse()
	measure(idle, func() {
		go informer.RunWithContext(context.Background())
		<-allAdded
	})
	measure(idle, func() { <-allUpdated })
	runtime.KeepAlive(informer)
}

// newInformer holds what ours holds by default: all but the managed fields. JSON and no
// limits to its requests, as for any custom resource.
func newInformer(url string) cache.SharedIndexInformer {
	version := schema.GroupVersion{Group: "gateway.example.com", Version: "v1"}
	scheme := k8sruntime.NewScheme()
	scheme.AddKnownTypeWithName(version.WithKind("AIGatewayConfig"), &gatewayConfig{})
	metav1.AddToGroupVersion(scheme, version)
	client, err := rest.RESTClientFor(&rest.Config{
		Host:    url,
		APIPath: "/apis",
		QPS:     -1,
		ContentConfig: rest.ContentConfig{
			GroupVersion:         &version,
			NegotiatedSerializer: serializer.NewCodecFactory(scheme).WithoutConversion(),
		},
	})
	must(err)
	source := cache.NewListWatchFromClient(client, "aigatewayconfigs", metav1.NamespaceAll, fields.Everything())
	informer := cache.NewSharedIndexInformer(source, &gatewayConfig{}, 0, cache.Indexers{})
	must(informer.SetTransform(withoutManagedFields))
	return informer
}

func withoutManagedFields(object any) (any, error) {
	accessor, err := meta.Accessor(object)
	if err == nil {
		accessor.SetManagedFields(nil)
	}
	return object, err
}

// measure prints what the work took, and what the heap holds after it.
func measure(idleBytes int64, work func()) {
	cpu, start := cpuMicroseconds(), time.Now()
	work()
	taken := measurement{
		Milliseconds:    float64(time.Since(start).Microseconds()) / 1000,
		CPUMicroseconds: cpuMicroseconds() - cpu,
	}
	taken.HeapBytes = heapInUse() - idleBytes
	must(json.NewEncoder(os.Stdout).Encode(taken))
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC() // sweeps what the first has marked
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapAlloc)
}

func cpuMicroseconds() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Microseconds()
}

func number(word string) int {
	value, err := strconv.Atoi(word)
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

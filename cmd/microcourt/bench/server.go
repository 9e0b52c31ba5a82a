package bench

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// recordConfig opens a prepared record.
func recordConfig(database string) (store.Config, error) {
	keys, err := store.NewKeys(bytes.Repeat([]byte("bench"), 8))
	return store.Config{Database: database, Keys: keys, NoticeVersion: noticeVersion()}, err
}

func noticeVersion() string { return court.DefaultNotices()[court.NoticeFirstEntry].Version }

// beginHub serves a prepared record as `serve` does: the real record, hub and API on a real HTTP server. It is not
// `serve` itself only because that never does without its record.
func beginHub(ctx context.Context, t task) (func(task) (result, error), func(), result, error) {
	sink, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, nil, result{}, err
	}
	log := slog.New(slog.NewTextHandler(sink, nil)) // what is logged is written, too
	cfg, err := recordConfig(t.Database)
	if err != nil {
		return nil, nil, result{}, err
	}
	cfg.Log = log
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return nil, nil, result{}, err
	}
	hubConfig := hub.Config{Store: s, Log: log, Version: "bench"}
	if t.Alone {
		hubConfig.Record = &numbering{seqs: map[string]int64{}}
	}
	h := hub.New(hubConfig)
	a, err := api.New(api.Config{Hub: h, Store: s, Log: log, Version: "bench"})
	if err != nil {
		return nil, nil, result{}, err
	}
	listener, err := api.Listen("127.0.0.1:0")
	if err != nil {
		return nil, nil, result{}, err
	}
	server := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second}
	served := make(chan struct{})
	go func() { // ends when the server is closed; end waits for it
		defer close(served)
		server.Serve(a.Front(listener))
	}()
	end := func() {
		server.Close()
		h.Close()
		<-served
		s.Close()
	}
	return serverTasks, end, result{Address: listener.Addr().String()}, nil
}

// serverTasks does what any server can be told.
func serverTasks(t task) (result, error) {
	switch t.Do {
	case "collect":
		for range 5 { // each halves the stacks of goroutines that once needed more, as the hours of an idle server do
			runtime.GC()
		}
		debug.FreeOSMemory()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return result{Heap: m.HeapInuse, Stacks: m.StackInuse, Goroutines: runtime.NumGoroutine()}, nil
	case "profile":
		f, err := os.Create(t.Path)
		if err != nil {
			return result{}, err
		}
		return result{}, pprof.StartCPUProfile(f)
	case "profiled":
		pprof.StopCPUProfile()
		return result{}, nil
	case "heap":
		f, err := os.Create(t.Path)
		if err != nil {
			return result{}, err
		}
		defer f.Close()
		return result{}, pprof.WriteHeapProfile(f)
	}
	return result{}, fmt.Errorf("a server can't %q", t.Do)
}

//go:build browser

package browser_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"microcourt/cmd/microcourt/e2e/nodes"
	"microcourt/store/storetest/servers"
)

// saidMarker stands in what is said in these tests; a node's log must not hold it.
const saidMarker = "说给法庭"

// court is a demonstration on two nodes of one PostgreSQL, one Redis and one bucket, and three gates through which phones
// reach it: the first and third lead to the first node, the second to the second.
type court struct {
	nodes []*nodes.Node
	gates []*gate
	files *bucket
	desk  *httptest.Server
	fault string // what the script said when it failed
}

func newCourt(t *testing.T) *court {
	t.Helper()
	program := program(t)
	disks := servers.S3(t)
	place := disks.Bucket(t)
	database := servers.Postgres(t)
	redis := servers.Redis(t)
	keyFile := filepath.Join(t.TempDir(), "key")
	key := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32)) + "\n"
	if err := os.WriteFile(keyFile, []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	setup := nodes.Setup{
		Program: program, Database: database, KeyFile: keyFile,
		Args: []string{"--demo", "--redis", redis, "--blobs", place, "--s3-access-key", disks.AccessKey,
			"--link-laws", "元典智库=https://laws.example.cn/search", "--link-enforcement", "https://enforcement.example.cn", "--link-broadcast", "https://live.example.cn", "--link-answers", "https://answers.example.cn"},
		Env:     []string{"MICROCOURT_S3_SECRET=" + disks.Secret},
		Secrets: []string{saidMarker},
	}
	c := &court{files: openBucket(t, disks, place)}
	t.Cleanup(func() { // after the nodes have shown their logs, which are long
		if c.fault != "" {
			t.Log(c.fault)
		}
	})
	started := make(chan error, 2)
	for range cap(started) { // at once, as an orchestrator starts them
		n := nodes.New(t, setup)
		c.nodes = append(c.nodes, n)
		go func() { started <- n.Start() }() // awaited below
	}
	if err := errors.Join(<-started, <-started); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		c.gates = append(c.gates, newGate(t, c.nodes[i%2].Address))
	}
	c.desk = httptest.NewServer(c.deskHandler())
	t.Cleanup(c.desk.Close)
	return c
}

// deskHandler lets a script in Node hurt the court: kill, start and stop nodes, cut, silence, open, slow down and lead gates,
// and change files where they lie.
func (c *court) deskHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /nodes/{n}/{act}", func(w http.ResponseWriter, r *http.Request) {
		n, ok := pick(w, r, "n", c.nodes)
		if !ok {
			return
		}
		switch act := r.PathValue("act"); act {
		case "kill":
			n.Kill()
		case "stop":
			if err := n.Stop(); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		case "drain":
			if err := n.Drain(true); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		case "start":
			if err := n.Start(); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		default:
			http.Error(w, "a node can't "+act, http.StatusNotFound)
		}
	})
	mux.HandleFunc("GET /homes", func(w http.ResponseWriter, _ *http.Request) {
		homes := []int{}
		for i, n := range c.nodes {
			if n.Hearings() > 0 {
				homes = append(homes, i)
			}
		}
		_ = json.NewEncoder(w).Encode(homes)
	})
	mux.HandleFunc("POST /gates/{g}/{state}", func(w http.ResponseWriter, r *http.Request) {
		g, ok := pick(w, r, "g", c.gates)
		if !ok {
			return
		}
		switch s := state(r.PathValue("state")); s {
		case stateOpen, stateCut, stateSilent:
			g.set(s)
		default:
			http.Error(w, "a gate can't be "+string(s), http.StatusNotFound)
		}
	})
	mux.HandleFunc("POST /gates/{g}/to/{n}", func(w http.ResponseWriter, r *http.Request) {
		g, ok1 := pick(w, r, "g", c.gates)
		n, ok2 := pick(w, r, "n", c.nodes)
		if ok1 && ok2 {
			g.lead(n.Address)
		}
	})
	mux.HandleFunc("POST /gates/{g}/rate/{rate}", func(w http.ResponseWriter, r *http.Request) {
		g, ok := pick(w, r, "g", c.gates)
		rate, err := strconv.Atoi(r.PathValue("rate"))
		if ok && err == nil {
			g.limit(rate)
		}
	})
	mux.HandleFunc("POST /files/{sha256}/damage", c.damage)
	return mux
}

// pick finds what a path names by number.
func pick[T any](w http.ResponseWriter, r *http.Request, name string, all []T) (one T, ok bool) {
	i, err := strconv.Atoi(r.PathValue(name))
	if err != nil || i < 0 || i >= len(all) {
		http.Error(w, "no such thing", http.StatusNotFound)
		return one, false
	}
	return all[i], true
}

package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"microcourt/store/court"
	"microcourt/store/storetest"
)

type pinger struct{ err error }

func (p pinger) Ping(context.Context) error { return p.err }

func TestANodeIsReadyWhenAllItsPartsAnswer(t *testing.T) {
	up := openFront(t, func(c *Config) { c.Ready = map[string]Pinger{"database": pinger{}, "redis": pinger{}} })
	if w := up.ask("GET", "/readyz", ""); w.Code != http.StatusOK {
		t.Errorf("all there: %d %s", w.Code, w.Body)
	}
	down := openFront(t, func(c *Config) {
		c.Ready = map[string]Pinger{"database": pinger{}, "redis": pinger{errors.New("dial redis://:password@10.0.0.5")}}
	})
	w := down.ask("GET", "/readyz", "")
	var got struct {
		OK    bool
		Parts map[string]bool
	}
	json.Unmarshal(w.Body.Bytes(), &got)
	if w.Code != http.StatusServiceUnavailable || got.OK || !got.Parts["database"] || got.Parts["redis"] || strings.Contains(w.Body.String(), "password") {
		t.Errorf("without Redis: %d %s", w.Code, w.Body)
	}
	if w := down.ask("GET", "/healthz", ""); w.Code != http.StatusOK {
		t.Errorf("it lives: %d", w.Code)
	}
}

func TestOnlyADemonstrationNamesItsPeople(t *testing.T) {
	people := []DemoPerson{{Name: "李法官", Role: court.RoleJudge, Login: "judge.li", Password: "demo"}}
	for _, demo := range []bool{true, false} {
		f := openFront(t, func(c *Config) { c.Demo, c.DemoPeople = demo, people })
		if got := strings.Contains(f.ask("GET", "/api/v1/config", "").Body.String(), "judge.li"); got != demo {
			t.Errorf("demo %v: named %v", demo, got)
		}
	}
}

// The table can rule only what is registered under an act.
func TestP4_EveryRouteOfTheRouterStandsUnderAnActOfTheTable(t *testing.T) {
	f := openFront(t)
	registered := map[string]bool{}
	for _, r := range f.api.Routes() {
		if _, ok := court.Table[r.Act]; !ok {
			t.Errorf("%s %s: the table has no %q", r.Method, r.Path, r.Act)
		}
		if registered[r.Method+" "+r.Path] {
			t.Errorf("%s %s is registered twice", r.Method, r.Path)
		}
		registered[r.Method+" "+r.Path] = true
	}
	count := 0
	err := chi.Walk(f.api.router, func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		count++
		if !registered[method+" "+route] {
			t.Errorf("%s %s is served without an act", method, route)
		}
		return nil
	})
	if err != nil || count != len(registered) {
		t.Errorf("%d routes are served, %d registered; %v", count, len(registered), err)
	}
}

func TestP4_WithoutASessionOnlyPublicRoutesAnswer(t *testing.T) {
	f := openFront(t)
	for _, r := range f.api.Routes() {
		if court.Table[r.Act].Scope == court.Public {
			continue
		}
		path := strings.NewReplacer("{", "", "}", "", "*", "x").Replace(r.Path)
		w := f.ask(r.Method, path, "")
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s: %d %s", r.Method, r.Path, w.Code, w.Body)
		}
	}
}

func TestTheCommittedDescriptionOfTheAPIIsTheProgramsOwn(t *testing.T) {
	want, err := OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	committed, err := os.ReadFile("../web/openapi.json")
	if errors.Is(err, os.ErrNotExist) {
		storetest.Missing(t, "web/openapi.json is missing: run make types")
	}
	if err != nil {
		t.Fatal(err)
	}
	if string(committed) != string(want) {
		t.Error("web/openapi.json is not what the program says: run make types")
	}
}

func TestTheServedDescriptionIsThatOfThisAPI(t *testing.T) {
	f := openFront(t)
	w := f.ask("GET", "/api/v1/openapi.json", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("OpenAPI %q, %v", doc.OpenAPI, err)
	}
	ids := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if other, ok := ids[op.OperationID]; ok || op.OperationID == "" {
				t.Errorf("%s %s and %s are both called %q", method, path, other, op.OperationID)
			}
			ids[op.OperationID] = method + " " + path
		}
	}
}

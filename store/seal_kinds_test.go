package store_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// kindsInSource gives every kind of event that the program knows, as its source names them, so that none is forgotten.
func kindsInSource(t *testing.T) (kinds []court.Kind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "court/event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); !ok || of.Name != "Kind" {
			return true
		}
		if value, ok := spec.Values[0].(*ast.BasicLit); ok {
			kinds = append(kinds, court.Kind(strings.Trim(value.Value, `"`)))
		}
		return true
	})
	if len(kinds) < 35 {
		t.Fatalf("only %d kinds were found", len(kinds))
	}
	return kinds
}

// TestP7AChangedEventOfEveryKindIsNamed: whatever can happen in a case, when what its event says is changed afterwards, the archive names that event.
func TestP7AChangedEventOfEveryKindIsNamed(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyHearing(t)
		w.everyTranscript(t)
		w.everyReplacement(t)
		w.everyApplication(t)
		w.everyEvidence(t)
		w.everyFee(t)
		w.everyConsent(t)
		w.everySigning(t)
		w.everyService(t)
		s := &sealed{filesWorld: w.filesWorld, t: t, cfg: w.cfg}
		key, err := store.NewSealKey(w.Store.Installation())
		if err != nil {
			t.Fatal(err)
		}
		sealing := store.NewSealing(w.Store, store.SealingConfig{Key: key, Every: time.Hour})
		if err := sealing.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if c, err := sealing.Seal(t.Context(), time.UnixMilli(w.clock.Load())); err != nil || c == nil {
			t.Fatalf("seal: %v, %v", c, err)
		}
		w.clock.Add(time.Hour.Milliseconds())
		_, heads, err := w.Store.PublishedHeads(t.Context(), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		a := attack(s)
		if r := a.verdict(heads[0].Note); !r.OK() {
			t.Fatal(r.Text("en"))
		}
		columns := a.columns("event")
		body, kind, thread, seq := slices.Index(columns, "body"), slices.Index(columns, "kind"), slices.Index(columns, "thread"), slices.Index(columns, "seq")
		changed := map[court.Kind][]any{}
		for _, row := range a.saved["event"] {
			k := court.Kind(fmt.Sprint(row[kind]))
			if changed[k] != nil || strings.HasPrefix(fmt.Sprint(row[thread]), "pair/") { // those of two people are in no archive of the court's
				continue
			}
			changed[k] = row
			a.change("event", row, body)
		}
		r := a.verdict(heads[0].Note) // one archive says it of all: to make one for each kind takes its time
		for k, row := range changed {
			if !named(r, func(f archive.Finding) bool {
				return f.Code == archive.EventChanged && f.Thread == row[thread] && f.Seq == row[seq] && slices.Equal(f.Columns, []string{"body"})
			}) {
				t.Errorf("a changed %s is not named:\n%s", k, r.Text("en"))
			}
		}
		if len(r.Findings) != len(changed) {
			t.Errorf("%d events were changed, and found is:\n%s", len(changed), r.Text("en"))
		}
		for _, k := range kindsInSource(t) {
			if _, talk := court.KindActs[k]; !talk && changed[k] == nil && k != court.KindVerified && k != court.KindCaseChanged && k != court.KindFilingAccepted && k != court.KindReviewExtended {
				t.Errorf("no %s was made to be changed", k)
			}
		}
	})
}

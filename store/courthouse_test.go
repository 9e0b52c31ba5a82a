package store_test

import (
	"errors"
	"slices"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/courthouse"
	"microcourt/store/storetest"
)

// TestAListOfCourtsThatIsBroughtAgainUpdatesAndNeverDoubles: courts keep their ids, and only a list that names all takes others out.
func TestAListOfCourtsThatIsBroughtAgainUpdatesAndNeverDoubles(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := storetest.Open(t, engine)
			bring := func(complete bool, courts ...courthouse.Court) store.CourthouseReport {
				t.Helper()
				report, err := s.ImportCourthouses(t.Context(), store.CourthouseChange{Courts: courts, Complete: complete, By: store.By{Address: "test"}})
				if err != nil {
					t.Fatal(err)
				}
				return report
			}
			found := func(query string) (names []string, byName map[string]store.Courthouse) {
				t.Helper()
				list, err := s.Courthouses(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				byName = map[string]store.Courthouse{}
				for _, c := range list {
					names, byName[c.Name] = append(names, c.Name), c
				}
				return names, byName
			}
			if at, err := s.CourthousesSeen(t.Context()); at != 0 || err != nil {
				t.Fatal(at, err)
			}
			a := courthouse.Court{Name: "A法院", Level: courthouse.Basic, Address: "中山路1号", Phone: "12368", Position: &courthouse.Position{Latitude: 29.874521, Longitude: 121.550381, Datum: courthouse.GCJ02}}
			b := courthouse.Court{Name: "B法庭", Level: courthouse.Tribunal, Address: "50%街"}
			if r := bring(false, a, b); len(r.Added) != 2 {
				t.Fatalf("%+v", r)
			}
			_, first := found("")
			if got := first["A法院"]; *got.Position != *a.Position || first["B法庭"].Position != nil {
				t.Errorf("%+v", got)
			}
			if r := bring(true, b, a); len(r.Unchanged) != 2 || len(r.Added)+len(r.Updated)+len(r.Removed) != 0 {
				t.Errorf("the same again: %+v", r)
			}
			a.Phone, a.Position = "0571-12345678", &courthouse.Position{Latitude: 29.8745, Longitude: 121.5503, Datum: courthouse.WGS84}
			if r := bring(false, a); !slices.Equal(r.Updated, []string{"A法院"}) || len(r.Removed) != 0 {
				t.Errorf("one has changed: %+v", r)
			}
			for query, want := range map[string][]string{"": {"A法院", "B法庭"}, "a": {"A法院"}, "法 街": {"B法庭"}, "0%": {"B法庭"}, "_": nil, "中山路": {"A法院"}} {
				if names, _ := found(query); !slices.Equal(names, want) {
					t.Errorf("%q: %v", query, names)
				}
			}
			_, second := found("")
			got, err := s.Courthouse(t.Context(), first["A法院"].ID)
			if err != nil || got.Phone != a.Phone || *got.Position != *a.Position || second["A法院"].ID != got.ID {
				t.Errorf("%+v %v", got, err)
			}
			if r := bring(true, b); !slices.Equal(r.Removed, []string{"A法院"}) {
				t.Errorf("the whole list: %+v", r)
			}
			if _, err := s.Courthouse(t.Context(), first["A法院"].ID); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("it is there yet: %v", err)
			}
			entries, _, err := s.Audit(t.Context(), store.Place{}, 10)
			if err != nil || len(entries) != 4 || entries[0].Act != court.ActCourthouseImport || entries[0].Detail != "added 0, updated 0, unchanged 1, removed 1, refused 0" {
				t.Errorf("%+v %v", entries, err)
			}
			if at, err := s.CourthousesSeen(t.Context()); at == 0 || err != nil {
				t.Errorf("%d %v", at, err)
			}
		})
	}
}

package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// TestP7HeadsAreForEverybodyAndArchivesForWhoIsInTheCase; an archive that somebody of the court takes stands in the audit.
func TestP7HeadsAreForEverybodyAndArchivesForWhoIsInTheCase(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	key, err := store.NewSealKey(s.Store.Installation())
	if err != nil {
		t.Fatal(err)
	}
	var heads struct {
		Key   string
		Heads []store.PublishedHead
	}
	list := func(query string) {
		t.Helper()
		status, text := s.call(t, "", "GET", "/api/v1/seals"+query, "")
		if err := json.Unmarshal([]byte(text), &heads); status != http.StatusOK || err != nil {
			t.Fatalf("%d %s", status, text)
		}
	}
	if list(""); heads.Key != "" || heads.Heads == nil || len(heads.Heads) != 0 {
		t.Errorf("before the first seal: %+v", heads)
	}
	sealing := store.NewSealing(s.Store, store.SealingConfig{Key: key, Every: time.Hour})
	if err := sealing.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.Append(t.Context(), s.Seats["plaintiff"].Draft(s.Cases[0], court.RoomThread, "words")); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := sealing.Seal(t.Context(), time.Now().Add(time.Duration(i+1)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if list("?limit=2"); heads.Key != key.Public || len(heads.Heads) != 2 || heads.Heads[0].Number != 3 {
		t.Errorf("the newest two: %+v", heads)
	}
	if list("?before=2"); len(heads.Heads) != 1 || heads.Heads[0].Number != 1 {
		t.Errorf("before the second: %+v", heads)
	}
	list("")
	verifier, err := note.NewVerifier(heads.Key)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"plaintiff", "lawyer", "clerk", "judge"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+"/api/v1/cases/"+s.Cases[0]+"/export", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.Seats[name].Token)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.Header.Get("Content-Type") != "application/zip" || res.Header.Get("Cache-Control") != "no-store" ||
			!strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;") {
			t.Fatalf("%s: %v %v", name, err, res.Header)
		}
		src, err := archive.OpenZip(strings.NewReader(string(text)), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		r, err := archive.Verify(t.Context(), src, archive.Trust{Keys: []note.Verifier{verifier}, Published: heads.Heads[0].Note})
		if err != nil || !r.OK() || r.Events == 0 {
			t.Errorf("%s: %v %s", name, err, r.Text("en"))
		}
	}
	entries, _, err := s.Store.Audit(t.Context(), store.Place{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	noted := map[string]int{}
	for _, e := range entries {
		if e.Act == court.ActCaseExport && e.Subject == s.Cases[0] {
			noted[e.Name]++
		}
	}
	if len(noted) != 2 || noted["judge"] != 1 || noted["clerk"] != 1 {
		t.Errorf("in the audit: %v", noted)
	}
}

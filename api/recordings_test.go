package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// get asks for a range of a path and gives what comes.
func (s *site) get(t testing.TB, who, path, bytes string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Seats[who].Token)
	if bytes != "" {
		req.Header.Set("Range", "bytes="+bytes)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

// played counts what the audit says of somebody's playing.
func (s *site) played(t testing.TB, who string) (opened, fetched int) {
	t.Helper()
	entries, _, err := s.Store.Audit(context.Background(), store.Place{}, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		switch {
		case e.Act != court.ActRecordingPlay || e.PersonID != s.Seats[who].PersonID:
		case e.Detail == "":
			opened++
		default:
			fetched++
		}
	}
	return opened, fetched
}

// TestARecordingIsPlayedByWhomTheCourtAllowsIt (庭审录音录像规定 第十条, 第十五条), and every time stands in the audit before anything is given out.
func TestARecordingIsPlayedByWhomTheCourtAllowsIt(t *testing.T) {
	var files *store.Files
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { files = c.Files })
	id := s.inviteGuests(t)
	at := "/hearings/" + id
	for _, step := range []struct{ who, method, path, body string }{
		{"judge", "POST", "/opening", ""}, {"judge", "POST", "/entries", ""}, {"judge", "POST", "/steps", `,"step":"start"`}, {"judge", "PUT", "/phase", `,"phase":"debate"`},
	} {
		s.must(t, step.who, step.method, at+step.path, fmt.Sprintf(`{"event":"%s"%s}`, store.NewID(), step.body), nil)
	}
	st, _, err := s.Store.HearingState(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	seat := st.Presiding
	path := filepath.Join(t.TempDir(), "a.webm")
	const film = "\x1a\x45\xdf\xa3 the whole film of the judge"
	if err := os.WriteFile(path, []byte(film), 0o600); err != nil {
		t.Fatal(err)
	}
	part := store.RecordingPart{Hearing: id, Part: 1, State: hearing.RecordingEnded, Reason: "consultation", Spoke: []hearing.Spoke{{At: st.StartedAt, Seats: []string{seat}}},
		Files: []store.LocalRecording{{Path: path, RecordedFile: hearing.RecordedFile{Seat: seat, Media: hearing.MediumCamera, At: st.StartedAt, Duration: 1000, Width: 640, Height: 360}}}}
	if err := files.TakeRecording(t.Context(), part); err != nil {
		t.Fatal(err)
	}

	var v hub.RecordingView
	s.must(t, "clerk", "GET", at+"/recording", "", &v)
	if len(v.Files) != 2 || len(v.Spoke) != 1 || v.Spoke[0].Seats[0] != seat || len(v.Marks) != 2 || v.Marks[1].Phase != hearing.Debate || !strings.Contains(v.Watermark, "clerk") || len(v.Seats) != 6 {
		t.Errorf("the clerk sees %+v", v)
	}
	var camera, speaking string
	for _, f := range v.Files {
		if f.Media == hearing.MediumCamera {
			camera = f.ID
		} else {
			speaking = f.ID
		}
	}
	whole := "/api/v1/cases/" + s.Cases[0] + at + "/recording"
	one := whole + "/" + camera
	refused := func(who string, want int, code string) {
		t.Helper()
		for _, p := range []string{whole, one, one + "/verification"} {
			if res, text := s.get(t, who, p, ""); res.StatusCode != want || codeOf(text) != code || strings.Contains(text, "film") {
				t.Errorf("%s gets %d %s of %s", who, res.StatusCode, text, p)
			}
		}
	}
	refused("plaintiff", 403, "recording_unshared")
	refused("lawyer", 403, "recording_unshared")
	for _, who := range []string{"witness", "observer", "stranger"} {
		refused(who, 404, "not_found")
	}
	if opened, fetched := s.played(t, "plaintiff"); opened+fetched != 0 {
		t.Error("who got nothing is noted as having played")
	}

	res, text := s.get(t, "clerk", one, "")
	if res.StatusCode != 200 || text != film || res.Header.Get("Content-Type") != "video/webm" || res.Header.Get("Content-Disposition") != "inline" || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") ||
		res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %q %v", res.StatusCode, text, res.Header)
	}
	if res, _ := s.get(t, "clerk", whole+"/"+speaking, ""); res.StatusCode != 404 {
		t.Errorf("who spoke opens with %d", res.StatusCode)
	}
	share := func(seat string, on bool, reason string) (int, string) {
		return s.call(t, s.Seats["judge"].Token, "PUT", "/api/v1/cases/"+s.Cases[0]+at+"/viewers/"+seat, fmt.Sprintf(`{"event":%q,"on":%v,"reason":%q}`, store.NewID(), on, reason))
	}
	for seat, want := range map[string]string{"none": "not_found", seat: "invalid", st.Seats[len(st.Seats)-1].ID: "invalid"} { // a judge's, a witness's
		if _, text := share(seat, true, ""); codeOf(text) != want {
			t.Errorf("shared with %s: %s", seat, text)
		}
	}
	plaintiff := s.Seats["plaintiff"].Participant[s.Cases[0]]
	if status, text := share(plaintiff, true, ""); status >= 300 {
		t.Fatal(text)
	}
	if _, text := share(plaintiff, true, ""); codeOf(text) != "hearing_state" {
		t.Errorf("shared twice: %s", text)
	}
	if status, text := s.call(t, s.Seats["clerk"].Token, "PUT", "/api/v1/cases/"+s.Cases[0]+at+"/viewers/"+plaintiff, `{"event":"`+store.NewID()+`","on":false,"reason":"r"}`); status != 403 {
		t.Errorf("a clerk takes it back: %d %s", status, text)
	}
	refused("defendant", 403, "recording_unshared")

	s.must(t, "plaintiff", "GET", at+"/recording", "", &v)
	// Whoever asks for the middle alone is noted like one who begins at the beginning; once.
	for i, c := range []struct {
		bytes, want string
		fetched     int
	}{{"10-15", film[10:16], 1}, {"16-", film[16:], 1}, {"0-", film, 2}, {"-5", film[len(film)-5:], 2}, {"00-3", film[:4], 3}} {
		res, text := s.get(t, "plaintiff", one, c.bytes)
		if opened, fetched := s.played(t, "plaintiff"); res.StatusCode != 206 || text != c.want || opened != 1 || fetched != c.fetched {
			t.Errorf("%d. range %s: %d %q, opened %d, fetched %d", i, c.bytes, res.StatusCode, text, opened, fetched)
		}
	}
	var check store.RecordedHash
	for _, id := range []string{camera, speaking} {
		s.must(t, "plaintiff", "GET", at+"/recording/"+id+"/verification", "", &check)
		if check.State != store.PageIdentical || check.Computed != check.Recorded {
			t.Errorf("verified it is %+v", check)
		}
	}
	if _, text := share(plaintiff, false, ""); codeOf(text) != "invalid" {
		t.Errorf("taken back without a reason: %s", text)
	}
	if status, text := share(plaintiff, false, "已经看完"); status >= 300 {
		t.Fatal(text)
	}
	refused("plaintiff", 403, "recording_unshared")
	// The room tells who may play, and not who has.
	_, room := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/events?thread=room", "")
	var page struct{ Events []court.Event }
	if err := json.Unmarshal([]byte(room), &page); err != nil {
		t.Fatal(err)
	}
	shared := 0
	for _, e := range page.Events {
		if e.Kind == court.KindRecordingShared {
			shared++
		}
		if strings.Contains(string(e.Body), "recording.play") {
			t.Errorf("the room tells of playing: %s", e.Body)
		}
	}
	if shared != 2 {
		t.Errorf("%d events of sharing", shared)
	}
}

package api_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
	"microcourt/store/seal/archive"
	"microcourt/store/storetest"
)

// TestTheIntegrityOfARecordingIsConfirmedBySignature (庭审录音录像规定 第八条、第九条): all parties agree, the hearing has no transcript, and who took part signs the list of the recording's files
// with their hashes, or refuses. It stands in the case's file, and whoever verifies an archive computes the value anew.
func TestTheIntegrityOfARecordingIsConfirmedBySignature(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	var files *store.Files
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { files = c.Files })
	for _, who := range []string{"plaintiff", "lawyer"} {
		s.agreeTo(t, who, `{"mediation":true}`)
		s.acceptRules(t, who)
	}
	var h hearing.State
	s.must(t, "clerk", "POST", "/hearings", fmt.Sprintf(`{"event":"h","type":"mediation","at":%d,"minutes":90,"public":false,"reason":"调解不公开进行","checklist":%s}`,
		time.Now().Add(5*24*time.Hour).UnixMilli(), noQuestion), &h)
	at := "/hearings/" + h.ID
	seat := func(who string) string { return s.Seats[who].Participant[s.Cases[0]] }
	does := func(who, method, path, body string) {
		t.Helper()
		s.must(t, who, method, at+path, fmt.Sprintf(`{"event":%q%s}`, store.NewID(), body), nil)
	}
	refused := func(who, method, path, body, code string) {
		t.Helper()
		if _, text := s.call(t, s.Seats[who].Token, method, "/api/v1/cases/"+s.Cases[0]+at+path, fmt.Sprintf(`{"event":%q%s}`, store.NewID(), body)); codeOf(text) != code {
			t.Errorf("%s %s as %s: %s, want %s", method, path, who, text, code)
		}
	}
	sees := func(who string) (v hub.HearingView) {
		t.Helper()
		s.must(t, who, "GET", at, "", &v)
		return v
	}
	read := func(who string) (v hub.TranscriptView) {
		t.Helper()
		s.must(t, who, "GET", at+"/transcript", "", &v)
		return v
	}
	if clerk, party := sees("clerk").Asked, sees("plaintiff").Asked; !clerk.Propose || party.Propose {
		t.Errorf("who can propose it: the clerk %+v, the plaintiff %+v", clerk, party)
	}
	does("clerk", "PUT", "/replacement", `,"on":true`)
	if v := sees("lawyer"); !slices.Equal(v.Asked.Answer, []string{seat("defendant")}) || len(v.Asked.Waiting) != 2 {
		t.Errorf("the lawyer is asked %+v", v.Asked)
	}
	does("clerk", "POST", "/opening", "")
	for _, who := range []string{"judge", "plaintiff", "lawyer"} {
		does(who, "POST", "/entries", "")
	}
	for _, who := range []string{"plaintiff", "lawyer"} {
		for _, act := range []string{"check", "admit"} {
			does("clerk", "POST", "/seats/"+seat(who)+"/acts", `,"act":"`+act+`"`)
		}
	}
	does("judge", "POST", "/steps", `,"step":"start"`)
	if err := s.Store.NoteRecording(t.Context(), hearing.RecordingBody{Hearing: h.ID, Part: 1, State: hearing.RecordingStarted}); err != nil {
		t.Fatal(err)
	}
	does("plaintiff", "POST", "/replacement/answers", `,"agrees":true`)
	does("lawyer", "POST", "/replacement/answers", `,"agrees":true`)
	does("judge", "POST", "/steps", `,"step":"close"`)

	part := store.RecordingPart{Hearing: h.ID, Part: 1, State: hearing.RecordingEnded, Reason: "closed"}
	for i, who := range []string{"plaintiff", "lawyer"} {
		path := filepath.Join(t.TempDir(), "a.webm")
		if err := os.WriteFile(path, []byte("\x1a\x45\xdf\xa3 the film of the "+who), 0o600); err != nil {
			t.Fatal(err)
		}
		part.Files = append(part.Files, store.LocalRecording{Path: path, RecordedFile: hearing.RecordedFile{Seat: seat(who), Media: hearing.MediumCamera, At: sees("judge").StartedAt + int64(i), Duration: 61_000, Width: 640, Height: 360}})
	}
	refused("clerk", "POST", "/transcript/presentations", `,"changes":0`, "recording_unfinished")
	if err := files.TakeRecording(t.Context(), part); err != nil {
		t.Fatal(err)
	}
	does("clerk", "POST", "/transcript/presentations", `,"changes":0`)
	v := read("plaintiff")
	recorded, err := s.Store.Recordings(t.Context(), s.Cases[0], h.ID)
	if err != nil || len(recorded) != 2 || v.Integrity != hearing.Integrity([]string{recorded[0].SHA256, recorded[1].SHA256}) || !v.Replaced || !v.Intact || len(v.Lines) != 2 || len(v.Signers) != 2 {
		t.Fatalf("%d files, %v: %+v", len(recorded), err, v)
	}
	_, shown := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/attachments/"+v.Document, "")
	said := textOf(t, []byte(shown))
	for _, want := range []string{"调解录音录像确认书", "原告　原告甲（", "被告　被告乙（", "第1段画面　原告", "1分01秒", "完整性校验值", v.Integrity} {
		if !strings.Contains(said, strings.ReplaceAll(want, "　", "")) {
			t.Errorf("the paper lacks %s:\n%s", want, said)
		}
	}
	sign := fmt.Sprintf(`,"sha256":%q`, v.SHA256)
	refused("plaintiff", "POST", "/transcript/signatures", sign, "signature_needed")
	s.sign(t, "plaintiff")
	refused("plaintiff", "POST", "/transcript/signatures", fmt.Sprintf(`,"sha256":%q`, v.Integrity), "document_changed")
	does("plaintiff", "POST", "/transcript/signatures", sign)
	does("lawyer", "POST", "/transcript/refusals", `,"reason":"没有看过录像"`)
	does("judge", "POST", "/transcript/ends", `,"end":"closed","reason":"拒签，记明情况附卷"`)
	if v := read("defendant"); v.Status != transcript.Closed {
		t.Errorf("at the end: %+v", v.State)
	}
	printed, _, _ := s.document(t, "defendant", "/cases/"+s.Cases[0]+at+"/transcript/document")
	if said := textOf(t, printed); !strings.Contains(said, "拒绝签名，理由：没有看过录像") || !strings.Contains(said, recorded[1].SHA256[:20]) || !strings.Contains(said, v.SHA256) {
		t.Errorf("printed at the end:\n%s", said)
	}
	if _, text := s.caseFile(t, "plaintiff"); !strings.Contains(text, "调解录音录像确认书") {
		t.Errorf("the case's file lacks it: %s", text)
	}

	text := s.archiveOf(t, "plaintiff")
	forged := func(text []byte) bool {
		t.Helper()
		src, err := archive.OpenZip(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		report, err := archive.Verify(t.Context(), src, archive.Trust{})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(report.Findings, func(f archive.Finding) bool { return f.Code == archive.RecordingForged })
	}
	if forged(text) {
		t.Error("the value is that of the files, and is called forged")
	}
	const room = "threads/room.jsonl"
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	events, err := fs.ReadFile(z, room)
	if err != nil || !bytes.Contains(events, []byte(v.Integrity)) {
		t.Fatalf("the room's events: %v", err)
	}
	if !forged(changed(t, text, room, bytes.ReplaceAll(events, []byte(v.Integrity), []byte(hearing.Integrity(nil))))) {
		t.Error("another value than that of the files isn't named")
	}
}

package store_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
	"microcourt/store/storetest"
)

// sealed is a record with a court in it that is sealed whenever a test wants it.
type sealed struct {
	*filesWorld
	t       *testing.T
	cfg     store.Config
	place   string // folder of the content
	key     *store.SealKey
	sealing *store.Sealing
}

func newSealed(t *testing.T, engine store.Engine) *sealed {
	t.Helper()
	w := &sealed{t: t, cfg: storetest.Config(t, engine), place: t.TempDir()}
	blobs, err := blob.Open(t.Context(), blob.Config{Place: w.place})
	if err != nil {
		t.Fatal(err)
	}
	w.filesWorld = &filesWorld{blobs: blobs, later: new(atomic.Int64)}
	w.cfg.Now = func() time.Time { return time.Now().Add(time.Duration(w.later.Load())) }
	s := storetest.OpenConfig(t, w.cfg)
	w.World = storetest.NewWorld(t, s, 2)
	w.files = openFiles(t, s, blobs)
	if w.key, err = store.NewSealKey(s.Installation()); err != nil {
		t.Fatal(err)
	}
	w.sealing = store.NewSealing(s, store.SealingConfig{Key: w.key, Every: time.Hour})
	if err := w.sealing.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// seal makes a head over everything so far and gives it as it would be published.
func (w *sealed) seal() string {
	w.t.Helper()
	w.putForward(time.Minute)
	c, err := w.sealing.Seal(w.t.Context(), w.cfg.Now())
	if err != nil || c == nil {
		w.t.Fatalf("seal: %v, %v", c, err)
	}
	w.putForward(time.Minute)
	_, heads, err := w.Store.PublishedHeads(w.t.Context(), 0, 1)
	if err != nil {
		w.t.Fatal(err)
	}
	return heads[0].Note
}

// say sends a text and gives its number.
func (w *sealed) say(from, thread, text string) int64 {
	w.t.Helper()
	w.putForward(time.Second)
	a, err := w.Store.Append(w.t.Context(), w.Seats[from].Draft(w.Cases[0], thread, text))
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Seq
}

// show sends a file.
func (w *sealed) show(from, thread string, content []byte) int64 {
	w.t.Helper()
	w.putForward(time.Second)
	a, err := w.send(w.Seats[from], thread, court.KindFile, w.upload(w.t, w.Seats[from], court.KindFile, "paper.pdf", content).ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Seq
}

// do sends any event.
func (w *sealed) do(from, thread string, kind court.Kind, body string) int64 {
	w.t.Helper()
	w.putForward(time.Second)
	parsed, err := court.ParseBody(kind, []byte(body))
	if err != nil {
		w.t.Fatal(err)
	}
	seat := w.Seats[from]
	a, err := w.Store.Append(w.t.Context(), store.Draft{CaseID: w.Cases[0], Thread: thread, ID: store.NewID(), PersonID: seat.PersonID, SessionID: seat.SessionID, Kind: kind, Body: parsed})
	if err != nil {
		w.t.Fatal(err)
	}
	return a.Seq
}

// export writes an archive as a zip file in memory.
func (w *sealed) export(of store.ArchiveOf) []byte {
	w.t.Helper()
	var buf bytes.Buffer
	if err := w.files.WriteArchive(w.t.Context(), of, archive.NewZip(&buf)); err != nil {
		w.t.Fatal(err)
	}
	return buf.Bytes()
}

// part is somebody's own archive.
func (w *sealed) part(name string) store.ArchiveOf {
	w.t.Helper()
	st, err := w.Store.Standing(w.t.Context(), w.Cases[0], w.Seats[name].PersonID, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return store.ArchiveFor(w.Cases[0], st)
}

func verifyZip(t testing.TB, text []byte, trust archive.Trust) *archive.Report {
	t.Helper()
	src, err := archive.OpenZip(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	r, err := archive.Verify(context.Background(), src, trust)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// byKey trusts the court's key.
func (w *sealed) byKey() archive.Trust {
	v, err := note.NewVerifier(w.key.Public)
	if err != nil {
		w.t.Fatal(err)
	}
	return archive.Trust{Keys: []note.Verifier{v}}
}

// talk is a conversation with everything in it: a room with a file, a recall and a hide, words to the bench, private words.
func (w *sealed) talk() {
	c, p := w.Cases[0], w.Seats
	for i := range 3 {
		w.say("plaintiff", court.RoomThread, fmt.Sprintf("words %d", i))
	}
	w.show("plaintiff", court.RoomThread, pdf(5000, 1))
	recalled := w.say("defendant", court.RoomThread, "a slip of the tongue")
	w.do("defendant", court.RoomThread, court.KindRecall, fmt.Sprintf(`{"seq":%d}`, recalled))
	hidden := w.say("defendant", court.RoomThread, "a rude word")
	w.do("judge", court.RoomThread, court.KindHide, fmt.Sprintf(`{"seq":%d,"reason":"an insult"}`, hidden))
	w.say("plaintiff", storetest.Bench(c, p["plaintiff"]), "to the judges")
	w.show("plaintiff", storetest.Bench(c, p["plaintiff"]), pdf(7000, 2))
	w.say("judge", storetest.Bench(c, p["plaintiff"]), "from the judges")
	w.say("defendant", storetest.Bench(c, p["defendant"]), "the defendant to the judges")
	w.say("plaintiff", storetest.Pair(c, p["plaintiff"], p["defendant"]), "let us settle")
	w.say("defendant", storetest.Pair(c, p["plaintiff"], p["defendant"]), "for how much?")
	w.say("lawyer", storetest.Pair(c, p["lawyer"], p["defendant"]), "say nothing")
	w.served("plaintiff")
}

// served has somebody agree to electronic service, and be served with a document, which is opened and its receipt confirmed.
func (w *sealed) served(who string) {
	w.t.Helper()
	act := func(who string) store.RoomAct {
		return store.RoomAct{CaseID: w.Cases[0], ID: store.NewID(), PersonID: w.Seats[who].PersonID, SessionID: w.Seats[who].SessionID}
	}
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	_, err := w.Store.ConfirmAddress(w.t.Context(), store.AddressConfirmation{RoomAct: act(who), Basis: court.ConsentConfirmed, Address: theirAddress(true, true)})
	must(err)
	file := w.upload(w.t, w.Seats["clerk"], court.KindFile, "判决书.pdf", pdf(6000, 9))
	id, err := w.Store.ServeDocument(w.t.Context(), store.NewDocument{RoomAct: act("clerk"), DocumentInput: court.DocumentInput{Kind: court.DocJudgment, Title: "判决书",
		File: &court.PageInput{Attachment: file.ID}, Recipients: []string{w.Seats[who].Participant[w.Cases[0]]}}})
	must(err)
	st, err := w.Store.Standing(w.t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	must(err)
	d, err := w.Store.Document(w.t.Context(), w.Cases[0], id, st)
	must(err)
	must(w.Store.OpenDocument(w.t.Context(), act(who), d.Services[0].ID))
	_, err = w.Store.ConfirmDocument(w.t.Context(), act(who), d.Services[0].ID, "")
	must(err)
}

func TestP7ASealedRecordVerifiesForTheCourtAndForEachParticipant(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			w := newSealed(t, engine)
			w.talk()
			first := w.seal()
			w.say("plaintiff", court.RoomThread, "later words")
			second := w.seal()
			w.say("plaintiff", court.RoomThread, "not sealed yet")
			views := map[string]store.ArchiveOf{"the court": store.CourtArchive(w.Cases[0])}
			for _, name := range []string{"plaintiff", "defendant", "lawyer", "judge", "clerk"} {
				views[name] = w.part(name)
			}
			for name, of := range views {
				text := w.export(of)
				for trust, from := range map[string]archive.Trust{"key": w.byKey(), "first head": {Published: first}, "second head": {Published: second}} {
					r := verifyZip(t, text, from)
					want := int64(1)
					if trust == "first head" {
						want = 2
					}
					if !r.OK() || r.Later != want || r.Events == 0 {
						t.Errorf("%s by %s:\n%s", name, trust, r.Text("en"))
					}
				}
				if r := verifyZip(t, text, archive.Trust{}); r.OK() || len(r.Findings) != 1 || r.Findings[0].Code != archive.Untrusted {
					t.Errorf("%s with nothing from outside: %s", name, r.Text("en"))
				}
				if again := w.export(of); !bytes.Equal(text, again) {
					t.Errorf("%s: a second export differs", name)
				}
			}
			dir := filepath.Join(t.TempDir(), "folder")
			folder, err := archive.NewFolder(dir)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.files.WriteArchive(t.Context(), store.CourtArchive(w.Cases[0]), folder); err != nil {
				t.Fatal(err)
			}
			src, err := archive.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			defer src.Close()
			if r, err := archive.Verify(t.Context(), src, w.byKey()); err != nil || !r.OK() {
				t.Errorf("as a folder: %v %s", err, r.Text("zh"))
			}
		})
	}
}

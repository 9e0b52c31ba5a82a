package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// TestAPageIsTheAuthorsOwnFile: finished, of a type that can be a page, named by no other event, and the one that the phone computed
// the hash of.
func TestAPageIsTheAuthorsOwnFile(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		me := w.Seats["plaintiff"]
		try := func(p court.PageInput) error {
			x := court.ExhibitInput{Name: "合同", Kind: court.EvidenceDocument, Purpose: "证明", Pages: []court.PageInput{w.page(t, "plaintiff"), p}}
			_, err := w.Store.SubmitExhibits(t.Context(), store.NewSubmission{RoomAct: w.act("plaintiff"), Exhibits: []court.ExhibitInput{x}})
			return err
		}
		const first, second = "exhibits[0].pages[1].attachment", "exhibits[0].pages[1].sha256"
		half := w.begin(t, me, court.KindFile, "half.pdf", 1000)
		w.write(t, half, 0, pdf(10, 1))
		unfinished, err := store.AttachmentOf(t.Context(), w.Store, half.ID)
		if err != nil {
			t.Fatal(err)
		}
		sent := w.upload(t, me, court.KindFile, "sent.pdf", pdf(100, 7))
		if _, err := w.send(me, court.RoomThread, court.KindFile, sent.ID); err != nil {
			t.Fatal(err)
		}
		good := w.page(t, "plaintiff")
		for name, c := range map[string]struct {
			page  court.PageInput
			want  error
			field string
		}{
			"another's":      {court.PageInput{Attachment: w.page(t, "defendant").Attachment}, court.ErrNotFound, first},
			"never was":      {court.PageInput{Attachment: store.NewID()}, court.ErrNotFound, first},
			"unfinished":     {court.PageInput{Attachment: unfinished}, court.ErrUploadUnfinished, first},
			"sent already":   {court.PageInput{Attachment: sent.ID}, court.ErrInvalid, first},
			"no page":        {court.PageInput{Attachment: w.upload(t, me, court.KindFile, "a.txt", []byte("plain text")).ID}, court.ErrFileType, first},
			"another's hash": {court.PageInput{Attachment: good.Attachment, SHA256: w.page(t, "plaintiff").SHA256}, court.ErrHashDiffers, second},
		} {
			err := try(c.page)
			if !errors.Is(err, c.want) || court.AsError(err).Field != c.field {
				t.Errorf("%s: %v in %q, want %v in %q", name, err, court.AsError(err).Field, c.want, c.field)
			}
		}
		if err := try(good); err != nil {
			t.Errorf("a good page: %v", err)
		}
		if list := w.evidence(t, "judge").Exhibits; len(list) != 1 || list[0].Number != 1 {
			t.Errorf("what was refused left something: %+v", list)
		}
	})
}

// TestOneChangedByteShowsAsNotIdentical, as do a file that is gone and a hash that was changed in the tables.
func TestOneChangedByteShowsAsNotIdentical(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		place := t.TempDir()
		w.files = openFiles(t, w.Store, openFolder(t, place))
		x := w.exhibit(t, "plaintiff", "合同")
		x.Pages = append(x.Pages, w.page(t, "plaintiff"))
		sub, err := w.Store.SubmitExhibits(t.Context(), store.NewSubmission{RoomAct: w.act("plaintiff"), Exhibits: []court.ExhibitInput{x}})
		if err != nil {
			t.Fatal(err)
		}
		exhibit := sub.Exhibits[0].ID
		check := func(page int64, identical bool, states ...string) {
			t.Helper()
			v, err := w.files.VerifyExhibit(t.Context(), w.Cases[0], exhibit, page)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range v.Pages {
				got = append(got, p.State)
			}
			if v.Identical != identical || len(got) != len(states) {
				t.Fatalf("%+v, want %v", v, states)
			}
			for i := range got {
				if got[i] != states[i] {
					t.Errorf("page states %v, want %v", got, states)
				}
			}
		}
		check(0, true, store.PageIdentical, store.PageIdentical)
		stored := storedFile(t, place, x.Pages[1].SHA256)
		data, err := os.ReadFile(stored)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, len(data) / 2, len(data) - 1} {
			changed := bytes.Clone(data)
			changed[at] ^= 1
			rewrite(t, stored, changed)
			check(0, false, store.PageIdentical, store.PageDifferent)
			check(1, true, store.PageIdentical)
			check(2, false, store.PageDifferent)
		}
		rewrite(t, stored, append(bytes.Clone(data), 0))
		check(2, false, store.PageDifferent)
		rewrite(t, stored, data)
		check(0, true, store.PageIdentical, store.PageIdentical)
		// The tables are made to say that the second page is the first one's file: the event knows better.
		if err := store.PointAttachment(t.Context(), w.Store, x.Pages[1].Attachment, x.Pages[0].SHA256); err != nil {
			t.Fatal(err)
		}
		check(2, false, store.PageDifferent)
		if err := os.Remove(storedFile(t, place, x.Pages[0].SHA256)); err != nil {
			t.Fatal(err)
		}
		check(1, false, store.PageMissing)
		for _, page := range []int64{-1, 3} {
			if _, err := w.files.VerifyExhibit(t.Context(), w.Cases[0], exhibit, page); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("page %d: %v", page, err)
			}
		}
	})
}

// storedFile finds the content with a hash in the folder of files.
func storedFile(t *testing.T, place, sum string) (path string) {
	t.Helper()
	err := filepath.WalkDir(place, func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && len(d.Name()) > 64 && d.Name()[:64] == sum {
			path = p
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatalf("no stored file %s: %v", sum, err)
	}
	return path
}

func rewrite(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADraftKeepsItsFilesUntilItIsSubmitted: the sweeper leaves them, also long after it would have taken them; when the draft is gone
// it takes what wasn't submitted. A draft that nobody touches for half a year is given up.
func TestADraftKeepsItsFilesUntilItIsSubmitted(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		me := w.Seats["plaintiff"]
		x := w.exhibit(t, "plaintiff", "合同")
		spare := w.page(t, "plaintiff")
		x.Pages = append(x.Pages, spare)
		c := store.DraftChange{CaseID: w.Cases[0], ID: store.NewID(), PersonID: me.PersonID, SessionID: me.SessionID,
			DraftBody: store.DraftBody{Exhibits: []court.ExhibitInput{x, {}}}}
		d, err := w.Store.SaveDraft(t.Context(), c)
		if err != nil || d.Revision != 1 || len(d.Files) != 2 || d.Exhibits[0].Name != "合同" {
			t.Fatalf("saved %+v, %v", d, err)
		}
		if d, err = w.Store.SaveDraft(t.Context(), c); err != nil || d.Revision != 1 {
			t.Errorf("the same again: %+v, %v", d, err)
		}
		c.Exhibits = []court.ExhibitInput{{Name: "another device's", Pages: []court.PageInput{}}}
		if _, err := w.Store.SaveDraft(t.Context(), c); !errors.Is(err, court.ErrDraftChanged) {
			t.Errorf("an old revision: %v", err)
		}
		x.Pages[0], x.Pages[1] = x.Pages[1], x.Pages[0]
		c.Revision, c.Exhibits = 1, []court.ExhibitInput{x}
		if d, err = w.Store.SaveDraft(t.Context(), c); err != nil || d.Revision != 2 || d.Exhibits[0].Pages[0] != spare {
			t.Errorf("turned around: %+v, %v", d, err)
		}
		w.clock.Add((30 * 24 * time.Hour).Milliseconds())
		w.SignIn(t, me)
		if swept, err := store.NewSweeper(w.files).Sweep(t.Context()); err != nil || swept.Attachments != 0 {
			t.Errorf("swept %+v, %v", swept, err)
		}
		x.Pages = x.Pages[1:]
		sub, err := w.Store.SubmitExhibits(t.Context(), store.NewSubmission{RoomAct: w.act("plaintiff"), Exhibits: []court.ExhibitInput{x}, Draft: c.ID})
		if err != nil || sub.Exhibits[0].PageCount != 1 {
			t.Fatalf("submitted %+v, %v", sub, err)
		}
		if drafts, err := w.Store.Drafts(t.Context(), w.Cases[0], me.PersonID); err != nil || len(drafts) != 0 {
			t.Errorf("left %+v, %v", drafts, err)
		}
		if swept, err := store.NewSweeper(w.files).Sweep(t.Context()); err != nil || swept.Attachments != 1 {
			t.Errorf("after the submission swept %+v, %v", swept, err)
		}
		left := w.page(t, "plaintiff")
		given := store.DraftChange{CaseID: w.Cases[0], ID: store.NewID(), PersonID: me.PersonID, SessionID: me.SessionID,
			DraftBody: store.DraftBody{Exhibits: []court.ExhibitInput{{Pages: []court.PageInput{left}}}}}
		if _, err := w.Store.SaveDraft(t.Context(), given); err != nil {
			t.Fatal(err)
		}
		w.clock.Add((181 * 24 * time.Hour).Milliseconds())
		w.SignIn(t, me)
		if swept, err := store.NewSweeper(w.files).Sweep(t.Context()); err != nil || swept.Drafts != 1 || swept.Attachments != 1 {
			t.Errorf("half a year later swept %+v, %v", swept, err)
		}
		c.SessionID, c.Revision = me.SessionID, 2
		if _, err := w.Store.SaveDraft(t.Context(), c); !errors.Is(err, court.ErrDraftChanged) {
			t.Errorf("a draft that has been submitted comes back: %v", err)
		}
	})
}

// TestADraftHoldsTheAuthorsOwnFilesOnly: another's is not_found, as one that never was.
func TestADraftHoldsTheAuthorsOwnFilesOnly(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		me := w.Seats["plaintiff"]
		for _, id := range []string{w.page(t, "defendant").Attachment, store.NewID()} {
			x := court.ExhibitInput{Pages: []court.PageInput{w.page(t, "plaintiff"), {Attachment: id}}}
			_, err := w.Store.SaveDraft(t.Context(), store.DraftChange{CaseID: w.Cases[0], ID: store.NewID(), PersonID: me.PersonID, SessionID: me.SessionID,
				DraftBody: store.DraftBody{Exhibits: []court.ExhibitInput{x}}})
			if !errors.Is(err, court.ErrNotFound) || court.AsError(err).Field != "exhibits[0].pages[1].attachment" {
				t.Errorf("%v in %q", err, court.AsError(err).Field)
			}
		}
	})
}

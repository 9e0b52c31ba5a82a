package store_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// TestP3TheSealAndArchiveOfACaseWithPrivateWordsLookLikeThoseOfOneWithout to everybody who neither wrote nor reads them: same files,
// same sizes, same counts and times, same public heads. What is left are hashes and places, which package seal shows to be even.
func TestP3TheSealAndArchiveOfACaseWithPrivateWordsLookLikeThoseOfOneWithout(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			quiet, busy := secretly(t, engine, false), secretly(t, engine, true)
			for name, view := range quiet {
				if view != busy[name] {
					t.Errorf("to the %s the two look different.\nwithout private words:\n%s\nwith:\n%s", name, view, busy[name])
				}
				if len(view) < 2000 {
					t.Errorf("the %s's archive shows little: %s", name, view)
				}
			}
		})
	}
}

// secretly runs one script, with or without words that the observers are not to learn of, and gives what each observer gets.
func secretly(t *testing.T, engine store.Engine, private bool) map[string]string {
	w := newSealed(t, engine)
	c, p := w.Cases[0], w.Seats
	secret := func(from, thread string, n int) {
		for i := range n {
			w.putForward(time.Second)
			if private {
				w.say(from, thread, fmt.Sprintf("secret %d", i))
				w.putForward(-time.Second)
			}
		}
	}
	w.say("plaintiff", court.RoomThread, "good morning")
	secret("plaintiff", storetest.Bench(c, p["plaintiff"]), 3)
	w.say("lawyer", storetest.Bench(c, p["lawyer"]), "my own words to the judges")
	w.seal()
	secret("plaintiff", storetest.Pair(c, p["plaintiff"], p["defendant"]), 70)
	if private {
		w.show("plaintiff", storetest.Pair(c, p["plaintiff"], p["defendant"]), pdf(4000, 3))
		w.putForward(-time.Second)
	}
	w.putForward(time.Second)
	w.seal()
	w.seal()
	secret("defendant", storetest.Bench(c, p["defendant"]), 2)
	w.say("defendant", court.RoomThread, "good evening")
	w.seal()
	secret("clerk", storetest.Pair(c, p["clerk"], p["defendant"]), 1)
	views := map[string]string{}
	for _, name := range []string{"lawyer", "clerk"} {
		of := w.part(name)
		views[name] = normal(t, w.export(of))
		of.EveryHead = true
		views[name+" with every head"] = normal(t, w.export(of))
	}
	_, heads, err := w.Store.PublishedHeads(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	views["public"] = ""
	for _, h := range heads {
		views["public"] += normalText(h.Note)
	}
	views["public"] += string(bytes.Repeat([]byte(" "), 2000))
	return views
}

var (
	madeIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	hashes  = regexp.MustCompile(`[A-Za-z0-9+/]{22,}={0,2}|[A-Za-z0-9+/]{6}==`)
	places  = regexp.MustCompile(`"place":"[0-9a-f]{8}"`)
	moments = regexp.MustCompile(`\b\d{13}\b|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`)
)

// normalText puts names in the place of what is random: its length stays.
func normalText(text string) string {
	text = moments.ReplaceAllString(text, "TIME")
	text = places.ReplaceAllString(text, "PLACE")
	known := map[string]string{}
	text = madeIDs.ReplaceAllStringFunc(text, func(id string) string {
		if known[id] == "" {
			known[id] = fmt.Sprintf("ID%02d", len(known))
		}
		return known[id]
	})
	return hashes.ReplaceAllStringFunc(text, func(h string) string { return fmt.Sprintf("HASH%d", len(h)) })
}

// normal lists everything that an archive tells but for random values.
func normal(t *testing.T, text []byte) string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%d bytes\n", len(text))
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all += fmt.Sprintf("%s %d bytes\n%s\n", f.Name, len(content), content)
	}
	return normalText(all)
}

package seal_test

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"microcourt/store/seal"
)

// memory keeps the tiles of a log as a table would.
type memory map[seal.TileKey][]byte

func (m memory) read(key seal.TileKey) ([]byte, error) { return m[key], nil }

func (m memory) take(l *seal.Log) {
	for key, tile := range l.Changed {
		m[key] = bytes.Clone(tile)
	}
}

// TestALogInTilesHasTheHeadsOfRFC6962 however it was grown, also after work that was broken off, and for every size that it had.
func TestALogInTilesHasTheHeadsOfRFC6962(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.IntRange(1, 150), 1, 8).Draw(t, "steps")
		kept, size := memory{}, int64(0)
		var stored []tlog.Hash
		var heads []seal.Hash
		reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
			for _, i := range indexes {
				out = append(out, stored[i])
			}
			return out, nil
		})
		var frontier seal.Frontier
		for _, n := range steps {
			broken := seal.NewLog(size, kept.read)
			for i := range rapid.IntRange(0, 3).Draw(t, "broken off") {
				if err := broken.Append(tlog.RecordHash(fmt.Appendf(nil, "lost %d", i))); err != nil {
					t.Fatal(err)
				}
			}
			kept.take(broken)
			log := seal.NewLog(size, kept.read)
			for range n {
				leaf := tlog.RecordHash(fmt.Appendf(nil, "%d", log.Size))
				more, err := tlog.StoredHashesForRecordHash(log.Size, leaf, reader)
				if err != nil {
					t.Fatal(err)
				}
				stored = append(stored, more...)
				if err := log.Append(leaf); err != nil {
					t.Fatal(err)
				}
				frontier.Append(leaf)
				head, err := tlog.TreeHash(log.Size, reader)
				if err != nil || frontier.Root() != head {
					t.Fatalf("size %d: frontier %v, want %v, %v", log.Size, frontier.Root(), head, err)
				}
				heads = append(heads, head)
			}
			if root, err := log.Root(); err != nil || root != heads[len(heads)-1] {
				t.Fatalf("size %d: %v, %v", log.Size, root, err)
			}
			kept.take(log)
			size = log.Size
		}
		for i, want := range heads {
			if got, err := seal.RootAt(int64(i+1), kept.read); err != nil || got != want {
				t.Fatalf("the head at %d: %v, %v", i+1, got, err)
			}
		}
	})
}

// TestEverySealedColumnChangesTheLeafAndNothingElseDoes: no value can be moved into its neighbour.
func TestEverySealedColumnChangesTheLeafAndNothingElseDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 6, -1)
		e := seal.Event{CaseID: text.Draw(t, "case"), Thread: text.Draw(t, "thread"), Seq: rapid.Int64().Draw(t, "seq"), ID: text.Draw(t, "id"), At: rapid.Int64().Draw(t, "at"),
			By: text.Draw(t, "by"), Kind: text.Draw(t, "kind"), Body: text.Draw(t, "body"), ByPerson: text.Draw(t, "person"), SessionID: text.Draw(t, "session"),
			Words: text.Draw(t, "words"), Digest: []byte(text.Draw(t, "digest")), Salt: []byte(text.Draw(t, "salt")),
			Files: []seal.File{{ID: text.Draw(t, "file"), Name: text.Draw(t, "name"), SHA256: text.Draw(t, "sum")}}}
		leaf := e.Leaf()
		if again := e; again.Leaf() != leaf {
			t.Fatal("two leaves of one event")
		}
		changes := []func(e *seal.Event){
			func(e *seal.Event) { e.CaseID += "x" }, func(e *seal.Event) { e.Thread += "x" }, func(e *seal.Event) { e.Seq++ }, func(e *seal.Event) { e.ID += "x" },
			func(e *seal.Event) { e.At++ }, func(e *seal.Event) { e.By += "x" }, func(e *seal.Event) { e.Kind += "x" }, func(e *seal.Event) { e.Body += "x" },
			func(e *seal.Event) { e.ByPerson += "x" }, func(e *seal.Event) { e.SessionID += "x" }, func(e *seal.Event) { e.Words += "x" },
			func(e *seal.Event) { e.Digest = append(bytes.Clone(e.Digest), 0) }, func(e *seal.Event) { e.Salt = append(bytes.Clone(e.Salt), 1) },
			func(e *seal.Event) { e.Files = nil }, func(e *seal.Event) { e.Files = append(slices.Clone(e.Files), seal.File{}) },
			func(e *seal.Event) {
				e.Files = []seal.File{{ID: e.Files[0].ID + "x", Name: e.Files[0].Name, SHA256: e.Files[0].SHA256}}
			},
			func(e *seal.Event) {
				e.Files = []seal.File{{ID: e.Files[0].ID, Name: e.Files[0].SHA256 + "x", SHA256: e.Files[0].Name}}
			},
			func(e *seal.Event) { e.By, e.Kind = e.By+e.Kind+"x", "" },
		}
		for i, change := range changes {
			c := e
			change(&c)
			if c.Leaf() == leaf {
				t.Fatalf("change %d leaves the leaf as it was", i)
			}
		}
	})
}

func heads(n int, size int64) (all []seal.Head) {
	var ids []string
	for i := range n {
		ids = append(ids, fmt.Sprintf("p%03d", i))
	}
	for _, thread := range seal.PossibleThreads(ids) {
		all = append(all, seal.Head{Thread: thread, Size: size, Root: tlog.RecordHash([]byte(thread))})
	}
	return all
}

// TestEveryHeadOfASealIsProvenByItsPathAndNoOtherIs.
func TestEveryHeadOfASealIsProvenByItsPathAndNoOtherIs(t *testing.T) {
	for _, n := range []int{1, 2, 5, 8, 30} {
		all := heads(n, 3)
		tree := seal.NewCaseTree([]byte("seed"), all)
		if len(all) != 1+n+n*(n+1)/2 || tree.Size() < len(all) || tree.Size()&(tree.Size()-1) != 0 {
			t.Errorf("%d participants: %d threads in %d leaves", n, len(all), tree.Size())
		}
		for i, h := range all {
			place, path, ok := tree.Open(h.Thread)
			root, in := seal.RootOfPath(h.Leaf(tree.Blind(h.Thread)), int64(place), path)
			if !ok || !in || root != tree.Root() {
				t.Fatalf("%s is not proven", h.Thread)
			}
			other := h
			other.Size++
			for _, forged := range []seal.Hash{other.Leaf(tree.Blind(h.Thread)), h.Leaf(seal.Hash{}), all[(i+1)%len(all)].Leaf(tree.Blind(h.Thread))} {
				if root, _ := seal.RootOfPath(forged, int64(place), path); len(all) > 1 && root == tree.Root() {
					t.Fatalf("something else is proven in the place of %s", h.Thread)
				}
			}
		}
	}
}

// TestASealTellsNothingOfItsThreads: over many seeds, leaves and places look the same for a case where much was said and one where
// nothing was, and the room is everywhere equally often.
func TestASealTellsNothingOfItsThreads(t *testing.T) {
	const rounds = 4000
	silent, busy := heads(5, 0), heads(5, 9)
	size := 0
	for _, all := range [][]seal.Head{silent, busy} {
		seen := map[string]bool{}
		places := map[int]int{}
		ones := 0
		for i := range rounds {
			tree := seal.NewCaseTree(fmt.Appendf(nil, "%d %d", all[0].Size, i), all)
			if size == 0 {
				size = tree.Size()
			}
			place, path, _ := tree.Open("room")
			places[place]++
			if tree.Size() != size || len(path) != int(math.Log2(float64(size))) {
				t.Fatal("the size depends on what was said")
			}
			for _, h := range path[:1] { // what stands beside the room: a leaf of some other thread, or padding
				if seen[string(h[:])] {
					t.Fatal("a leaf came twice: it tells that nothing happened between two seals")
				}
				seen[string(h[:])] = true
				for _, b := range h {
					for ; b > 0; b &= b - 1 {
						ones++
					}
				}
			}
		}
		chi, expected := 0.0, float64(rounds)/float64(size)
		for place := range size {
			d := float64(places[place]) - expected
			chi += d * d / expected
		}
		if free := float64(size - 1); chi > free+6*math.Sqrt(2*free) {
			t.Errorf("the room's places are not even: chi square %.0f of %d", chi, size-1)
		}
		if bits := float64(rounds * 256); math.Abs(float64(ones)-bits/2) > 6*math.Sqrt(bits)/2 {
			t.Errorf("leaves are not even: %d ones in %.0f bits", ones, bits)
		}
	}
}

func TestTextsAreReadOnlyInTheOneFormInWhichTheyAreWritten(t *testing.T) {
	s := seal.CaseSeal{Origin: "microcourt-0", CaseID: "c", Number: 7, Checkpoint: 9, At: 1_770_000_000_000, Leaves: 16, Root: seal.EmptyRoot}
	c := seal.Checkpoint{Origin: "microcourt-0", Number: 9, At: 1_770_000_000_000, Leaves: 64, Previous: seal.EmptyRoot}
	if got, err := seal.ParseCaseSeal(s.Text()); err != nil || got != s {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := seal.ParseCheckpoint(c.Text()); err != nil || got != c {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{s.Text(), c.Text()} {
		for _, bad := range []string{"", text + "\n", text + "x\n", text[1:], strings.Replace(text, "number ", "number 0", 1), strings.Replace(text, "number ", "number +", 1),
			strings.Replace(text, "\n", "\r\n", -1), strings.Replace(text, "leaves", "leaf", 1), strings.TrimSuffix(text, "\n"), strings.Replace(text, "=", "", 1)} {
			if _, err := seal.ParseCaseSeal(bad); err == nil {
				t.Errorf("read as a seal: %q", bad)
			}
			if _, err := seal.ParseCheckpoint(bad); err == nil {
				t.Errorf("read as a checkpoint: %q", bad)
			}
		}
	}
}

// TestAPathFromTilesIsThePathOfTheTree for every place of trees of several sizes.
func TestAPathFromTilesIsThePathOfTheTree(t *testing.T) {
	for _, n := range []int{1, 2, 64, 128, 1024} {
		kept, log := memory{}, seal.NewLog(0, func(seal.TileKey) ([]byte, error) { return nil, seal.ErrTile })
		var leaves []seal.Hash
		for i := range n {
			leaves = append(leaves, tlog.RecordHash(fmt.Appendf(nil, "%d", i)))
			if err := log.Append(leaves[i]); err != nil {
				t.Fatal(err)
			}
		}
		kept.take(log)
		root, err := log.Root()
		if err != nil {
			t.Fatal(err)
		}
		for place := range int64(n) {
			path, err := seal.PathFromTiles(n, place, kept.read)
			got, ok := seal.RootOfPath(leaves[place], place, path)
			if err != nil || !ok || got != root || !slices.Equal(path, seal.PathOf(leaves, int(place))) {
				t.Fatalf("%d of %d: %v", place, n, err)
			}
		}
	}
}

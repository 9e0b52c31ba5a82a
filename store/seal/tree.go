package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"microcourt/store/court"
)

// Head says how far a thread is in a seal, and the hash of all its events up to there.
type Head struct {
	Thread string
	Size   int64
	Root   Hash
}

// Leaf gives the head's leaf in the case's tree under a blind.
func (h Head) Leaf(blind Hash) Hash {
	record := hashOf("microcourt thread v1", string(blind[:]), h.Thread, number(h.Size), string(h.Root[:]))
	return tlog.RecordHash(record[:])
}

// PossibleThreads lists every thread that a case with these participants can have, whether or not a word was ever said in it: the
// room, one for each pair, one for each participant and the bench, and one for what the court serves on each.
func PossibleThreads(participants []string) []string {
	all := []string{court.RoomThread}
	for i, a := range participants {
		all = append(all, court.BenchThread(a), court.ServiceThread(a))
		for _, b := range participants[i+1:] {
			all = append(all, court.PairThread(a, b))
		}
	}
	slices.Sort(all)
	return all
}

// Leaves gives how many leaves the tree of so many things has: the next power of two, at least min.
func Leaves(things, min int) int {
	n := max(things, min, 1)
	return 1 << bits.Len(uint(n-1))
}

// MinCaseLeaves and MinCheckpointLeaves are the sizes of the smallest trees.
const (
	MinCaseLeaves       = 16
	MinCheckpointLeaves = 64
)

// CaseTree is the tree of one seal of a case: the heads of all possible threads, each blinded anew and at a place that nobody
// can foresee, among padding that looks the same.
type CaseTree struct {
	leaves []Hash
	places map[string]int
	seed   []byte
}

// NewCaseTree makes the tree of heads, one for each possible thread. seed is secret and used once.
func NewCaseTree(seed []byte, heads []Head) *CaseTree {
	n := Leaves(len(heads), MinCaseLeaves)
	type item struct {
		order, leaf Hash
		thread      string
	}
	t := &CaseTree{leaves: make([]Hash, n), places: map[string]int{}, seed: seed}
	items := make([]item, n)
	for i := range items {
		if i < len(heads) {
			thread := heads[i].Thread
			items[i] = item{prf(seed, "place", thread), heads[i].Leaf(t.Blind(thread)), thread}
		} else {
			items[i] = item{order: prf(seed, "place of padding", number(int64(i))), leaf: prf(seed, "padding", number(int64(i)))}
		}
	}
	slices.SortFunc(items, func(a, b item) int { return slices.Compare(a.order[:], b.order[:]) })
	for place, it := range items {
		t.leaves[place] = it.leaf
		if it.thread != "" {
			t.places[it.thread] = place
		}
	}
	return t
}

// Size is the number of leaves.
func (t *CaseTree) Size() int { return len(t.leaves) }

// Root is the hash of the tree.
func (t *CaseTree) Root() Hash { return fold(t.leaves) }

// Blind is the blind of a thread's head.
func (t *CaseTree) Blind(thread string) Hash { return prf(t.seed, "blind", thread) }

// Open gives what proves a thread's head: its place, and the hashes beside its way to the root.
func (t *CaseTree) Open(thread string) (place int, path []Hash, ok bool) {
	place, ok = t.places[thread]
	if !ok {
		return 0, nil, false
	}
	return place, PathOf(t.leaves, place), true
}

// PathOf gives the hashes beside the way from a leaf of a full tree to its root.
func PathOf(leaves []Hash, place int) (path []Hash) {
	level := slices.Clone(leaves)
	for ; len(level) > 1; level, place = level[:len(level)/2], place/2 {
		path = append(path, level[place^1])
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return path
}

// RootOfPath gives the root to which a path leads from a leaf at a place. The place must lie in the tree.
func RootOfPath(leaf Hash, place int64, path []Hash) (root Hash, ok bool) {
	if place < 0 || len(path) > 40 || place>>len(path) != 0 {
		return Hash{}, false
	}
	for _, beside := range path {
		if place&1 == 0 {
			leaf = tlog.NodeHash(leaf, beside)
		} else {
			leaf = tlog.NodeHash(beside, leaf)
		}
		place >>= 1
	}
	return leaf, true
}

// prf gives a value that only who has the seed can foresee.
func prf(seed []byte, parts ...string) Hash {
	h := hmac.New(sha256.New, seed)
	h.Write(encode(parts...))
	return Hash(h.Sum(nil))
}

// CaseLeaf gives a case seal's leaf in the checkpoint under its blind.
func CaseLeaf(blind, seal Hash) Hash {
	record := hashOf("microcourt case v1", string(blind[:]), string(seal[:]))
	return tlog.RecordHash(record[:])
}

// PathFromTiles gives the hashes beside the way from a leaf to the root of a full tree of so many leaves that is kept in tiles.
func PathFromTiles(leaves int, place int64, read func(TileKey) ([]byte, error)) ([]Hash, error) {
	var path []Hash
	for level := range bits.Len(uint(leaves)) - 1 {
		height := level % TileHeight
		beside := (place >> level) ^ 1
		tile, err := read(TileKey{level / TileHeight, beside >> (TileHeight - height)})
		if err != nil {
			return nil, err
		}
		all := hashes(tile)
		from := int(beside<<height) % TileWidth
		if from+1<<height > len(all) {
			return nil, ErrTile
		}
		path = append(path, fold(all[from:from+1<<height]))
	}
	return path, nil
}

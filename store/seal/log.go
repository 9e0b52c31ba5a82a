package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is the height of the tiles in which a log's hashes are kept: up to 64 hashes of one level of every sixth.
const TileHeight = 6

// TileWidth is how many hashes a full tile has.
const TileWidth = 1 << TileHeight

// TileKey names a tile of a log: the N-th of its level. Level 0 holds the leaves.
type TileKey struct {
	Level int
	N     int64
}

// Log is a Merkle log (RFC 6962) that grows. It keeps the tiles that it changed; the others it asks for.
type Log struct {
	Size    int64
	Changed map[TileKey][]byte
	load    func(TileKey) ([]byte, error)
}

// NewLog continues a log of a size whose tiles load gives.
func NewLog(size int64, load func(TileKey) ([]byte, error)) *Log {
	return &Log{Size: size, Changed: map[TileKey][]byte{}, load: load}
}

// Append adds a leaf.
func (l *Log) Append(leaf Hash) error {
	n, hash := l.Size, leaf
	for level := 0; ; level++ {
		key := TileKey{level, n / TileWidth}
		tile, err := l.tile(key, int(n%TileWidth))
		if err != nil {
			return err
		}
		tile = append(tile, hash[:]...)
		l.Changed[key] = tile
		if len(tile) < TileWidth*len(hash) {
			break
		}
		n, hash = n/TileWidth, fold(hashes(tile))
	}
	l.Size++
	return nil
}

// Root gives the log's head.
func (l *Log) Root() (Hash, error) { return RootAt(l.Size, l.read) }

// RootAt gives the head that a log of tiles had at a size.
func RootAt(size int64, read func(TileKey) ([]byte, error)) (Hash, error) {
	if size == 0 {
		return EmptyRoot, nil
	}
	return tlog.TreeHash(size, tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			height := level % TileHeight
			tile, err := read(TileKey{level / TileHeight, n >> (TileHeight - height)})
			if err != nil {
				return nil, err
			}
			all := hashes(tile)
			from := int(n<<height) % TileWidth
			if from+1<<height > len(all) {
				return nil, ErrTile
			}
			out[i] = fold(all[from : from+1<<height])
		}
		return out, nil
	}))
}

// EmptyRoot is the head of an empty log.
var EmptyRoot Hash = sha256.Sum256(nil)

// ErrTile says that a tile is shorter than its log needs it.
var ErrTile = errors.New("seal: a tile of hashes is incomplete")

func (l *Log) read(key TileKey) ([]byte, error) {
	if tile, ok := l.Changed[key]; ok {
		return tile, nil
	}
	return l.load(key)
}

// tile gives a tile that has so many hashes and will get one more.
func (l *Log) tile(key TileKey, has int) ([]byte, error) {
	if has == 0 {
		return nil, nil
	}
	tile, err := l.read(key)
	if err == nil && len(tile) < has*len(Hash{}) {
		err = fmt.Errorf("%w: level %d number %d", ErrTile, key.Level, key.N)
	}
	if err != nil {
		return nil, err
	}
	return slices.Clone(tile[:has*len(Hash{})]), nil // a work that was broken off may have gone further
}

// hashes splits a tile.
func hashes(tile []byte) []Hash {
	all := make([]Hash, len(tile)/len(Hash{}))
	for i := range all {
		copy(all[i][:], tile[i*len(Hash{}):])
	}
	return all
}

// fold gives the head of a full tree, whose number of hashes is a power of two.
func fold(level []Hash) Hash {
	level = append([]Hash(nil), level...)
	for ; len(level) > 1; level = level[:len(level)/2] {
		for i := range len(level) / 2 {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
	}
	return level[0]
}

// Frontier follows a growing log in a memory of one hash a level.
type Frontier struct {
	Size  int64
	peaks []Hash // of full trees, the largest first
}

// Append adds a leaf.
func (f *Frontier) Append(leaf Hash) {
	f.peaks = append(f.peaks, leaf)
	for n := f.Size; n&1 == 1; n >>= 1 {
		last := len(f.peaks) - 1
		f.peaks = append(f.peaks[:last-1], tlog.NodeHash(f.peaks[last-1], f.peaks[last]))
	}
	f.Size++
}

// Root gives the head.
func (f *Frontier) Root() Hash {
	if len(f.peaks) == 0 {
		return EmptyRoot
	}
	root := f.peaks[len(f.peaks)-1]
	for i := len(f.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f.peaks[i], root)
	}
	return root
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"microcourt/store/court"
	"microcourt/store/seal"
	"microcourt/store/seal/archive"
)

// exportedSeal is a seal with what opens it.
type exportedSeal struct {
	seal  seal.CaseSeal
	nonce []byte
	place int64
}

// sealsUpTo gives a case's seals in published heads.
func (s *Store) sealsUpTo(ctx context.Context, caseID string, checkpoint int64) ([]exportedSeal, error) {
	rows, err := s.query(ctx, `SELECT checkpoint, case_id, number, place, at, cover, leaves, root, previous, nonce FROM seal
		WHERE case_id = $1 AND checkpoint <= $2 ORDER BY number`, caseID, checkpoint)
	return collect(rows, err, func(r *sql.Rows) (e exportedSeal, err error) {
		var cover, root, previous []byte
		e.seal.Origin = s.Installation()
		err = r.Scan(&e.seal.Checkpoint, &e.seal.CaseID, &e.seal.Number, &e.place, &e.seal.At, &cover, &e.seal.Leaves, &root, &previous, &e.nonce)
		e.seal.Cover, e.seal.Root, e.seal.Previous = asHash(cover), asHash(root), asHash(previous)
		return e, err
	})
}

// writeSeals writes the chain of seals and opens those that prove something of this archive.
func (x *exporter) writeSeals(ctx context.Context) error {
	grown, err := x.s.grownHeads(ctx, x.of.CaseID)
	if err != nil {
		return err
	}
	covers, err := x.s.sealedCovers(ctx, x.of.CaseID)
	if err != nil {
		return err
	}
	return archive.Lines(x.w, archive.SealsName, func(line func(archive.SealLine) error) error {
		heads := map[string]seal.Head{}
		for i, e := range x.seals {
			changed := i == 0 || e.seal.Cover != x.seals[i-1].seal.Cover
			for len(grown) > 0 && grown[0].seal <= e.seal.Number {
				changed = changed || x.of.View.Shows(grown[0].head.Thread)
				heads[grown[0].head.Thread] = grown[0].head
				grown = grown[1:]
			}
			l := archive.SealLine{Text: e.seal.Text()}
			if i == len(x.seals)-1 || changed || x.of.EveryHead || day(e.seal.At) != day(x.seals[i+1].seal.At) {
				if l.Open, err = x.open(ctx, e, covers[e.seal.Cover], heads); err != nil {
					return err
				}
			}
			if err := line(l); err != nil {
				return err
			}
		}
		return nil
	})
}

// grownHead is a head that a thread had from a seal on.
type grownHead struct {
	seal int64
	head seal.Head
}

// grownHeads gives all heads of a case's threads in the order of the seals.
func (s *Store) grownHeads(ctx context.Context, caseID string) ([]grownHead, error) {
	rows, err := s.query(ctx, "SELECT seal, thread, size, root FROM seal_head WHERE case_id = $1 ORDER BY seal", caseID)
	return collect(rows, err, func(r *sql.Rows) (g grownHead, err error) {
		var root []byte
		err = r.Scan(&g.seal, &g.head.Thread, &g.head.Size, &root)
		g.head.Root = asHash(root)
		return g, err
	})
}

func (s *Store) sealedCovers(ctx context.Context, caseID string) (map[seal.Hash]archive.Cover, error) {
	rows, err := s.query(ctx, "SELECT hash, cover FROM seal_cover WHERE case_id = $1", caseID)
	type sealedCover struct {
		hash  []byte
		cover string
	}
	list, err := collect(rows, err, func(r *sql.Rows) (c sealedCover, err error) { return c, r.Scan(&c.hash, &c.cover) })
	covers := map[seal.Hash]archive.Cover{}
	for _, c := range list {
		if cover, err := archive.ParseCover(c.cover); err == nil {
			covers[asHash(c.hash)] = cover
		}
	}
	return covers, err
}

// open proves what a seal says: that it stands in its head, and the heads of the archive's threads. Where the tables have been
// tampered with the proof is written as far as it goes, for verifying to name what it lacks.
func (x *exporter) open(ctx context.Context, e exportedSeal, cover archive.Cover, heads map[string]seal.Head) (*archive.Opening, error) {
	head, err := x.s.PublishedHead(ctx, e.seal.Checkpoint)
	if err != nil && !errors.Is(err, court.ErrNotFound) {
		return nil, err
	}
	var path []seal.Hash
	if c, err := seal.ParseCheckpoint(archive.NoteText(head.Note)); err == nil {
		if path, err = x.s.checkpointPath(ctx, c, e.place); err != nil {
			return nil, err
		}
	}
	o := archive.NewOpening(head.Note, x.s.caseBlind(e.seal.CaseID, e.seal.Number, e.nonce), e.place, path)
	tree, err := x.s.caseTree(e.seal, e.nonce, cover, heads)
	if err != nil {
		return o, nil
	}
	threads := cover.Threads()
	slices.Sort(threads)
	for _, thread := range threads {
		if !x.of.View.Shows(thread) {
			continue
		}
		h, ok := heads[thread]
		if !ok {
			h = seal.Head{Thread: thread, Root: seal.EmptyRoot}
		}
		place, path, ok := tree.Open(thread)
		if ok {
			o.AddHead(h, tree.Blind(thread), place, path)
		}
	}
	return o, nil
}

// checkpointPath gives the way of a place to the root of a head, nothing where its tiles don't.
func (s *Store) checkpointPath(ctx context.Context, c seal.Checkpoint, place int64) ([]seal.Hash, error) {
	path, err := seal.PathFromTiles(c.Leaves, place, func(key seal.TileKey) (hashes []byte, err error) {
		err = s.row(ctx, "SELECT hashes FROM checkpoint_tile WHERE checkpoint = $1 AND level = $2 AND number = $3", c.Number, key.Level, key.N).Scan(&hashes)
		if errors.Is(err, sql.ErrNoRows) {
			err = seal.ErrTile
		}
		return hashes, err
	})
	if errors.Is(err, seal.ErrTile) {
		return nil, nil
	}
	return path, err
}

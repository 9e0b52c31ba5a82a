package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"microcourt/store/seal"
	"microcourt/store/seal/archive"
)

// caseToSeal is a case with its last seal, if it has one.
type caseToSeal struct {
	id   string
	last seal.CaseSeal // Number 0 for none
}

// preparedSeal is a seal that is to be written.
type preparedSeal struct {
	seal   seal.CaseSeal
	place  int64
	nonce  []byte
	cover  string // "" where it is the one of the seal before
	heads  []seal.Head
	logs   []*threadLog
	events int
}

// casesToSeal lists the cases that are due for a checkpoint, and the places in it that are taken already by a work that was
// broken off.
func (s *Store) casesToSeal(ctx context.Context, c seal.Checkpoint) (due []caseToSeal, taken []int64, err error) {
	rows, err := s.query(ctx, `SELECT c.id, c.state, COALESCE(c.closed_at, 0), COALESCE(l.number, 0), COALESCE(l.checkpoint, 0), COALESCE(l.at, 0),
		l.cover, COALESCE(l.leaves, 0), l.root, l.previous, COALESCE(l.place, 0)
		FROM court_case c LEFT JOIN seal l ON l.case_id = c.id AND l.number = (SELECT max(n.number) FROM seal n WHERE n.case_id = c.id) ORDER BY c.id`)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		k := caseToSeal{}
		var state string
		var closedAt, place int64
		var cover, root, previous []byte
		err := rows.Scan(&k.id, &state, &closedAt, &k.last.Number, &k.last.Checkpoint, &k.last.At, &cover, &k.last.Leaves, &root, &previous, &place)
		if err != nil {
			return nil, nil, err
		}
		k.last.Origin, k.last.CaseID = c.Origin, k.id
		k.last.Cover, k.last.Root, k.last.Previous = asHash(cover), asHash(root), asHash(previous)
		switch {
		case k.last.Number > 0 && k.last.Checkpoint == c.Number:
			taken = append(taken, place)
		case sealDue(state, closedAt, k.last.At, c.At):
			due = append(due, k)
		}
	}
	return due, taken, rows.Err()
}

func asHash(raw []byte) (h seal.Hash) {
	copy(h[:], raw)
	return h
}

// prepare makes a case's seal: it reads what is new in its threads and computes the tree of all possible ones.
func (g *Sealing) prepare(ctx context.Context, k caseToSeal, c seal.Checkpoint) (*preparedSeal, error) {
	p := &preparedSeal{nonce: make([]byte, 16)}
	rand.Read(p.nonce)
	p.seal = seal.CaseSeal{Origin: c.Origin, CaseID: k.id, Number: k.last.Number + 1, Checkpoint: c.Number, At: c.At}
	if k.last.Number > 0 {
		p.seal.Previous = seal.TextHash(k.last.Text())
	}
	cover, err := g.s.cover(ctx, k.id)
	if err != nil {
		return nil, err
	}
	if p.seal.Cover = cover.Hash(); p.seal.Cover != k.last.Cover || k.last.Number == 0 {
		p.cover = string(archive.Canonical(cover))
	}
	heads, err := g.grow(ctx, k, p)
	if err != nil {
		return nil, err
	}
	tree, err := g.s.caseTree(p.seal, p.nonce, cover, heads)
	if err != nil {
		return nil, err
	}
	p.seal.Leaves, p.seal.Root = tree.Size(), tree.Root()
	return p, nil
}

// caseTree makes the tree of a seal from the heads of the threads that have events.
func (s *Store) caseTree(of seal.CaseSeal, nonce []byte, cover archive.Cover, heads map[string]seal.Head) (*seal.CaseTree, error) {
	var all []seal.Head
	found := 0
	for _, thread := range cover.Threads() {
		h, ok := heads[thread]
		if ok {
			found++
		} else {
			h = seal.Head{Thread: thread, Root: seal.EmptyRoot}
		}
		all = append(all, h)
	}
	if found < len(heads) {
		return nil, errors.New("a thread has no participants any more")
	}
	return seal.NewCaseTree(s.keys.RecordMAC("seal of a case", fmt.Sprintf("%s %d %x", of.CaseID, of.Number, nonce)), all), nil
}

// caseBlind is the blind of a case's seal in its checkpoint.
func (s *Store) caseBlind(caseID string, number int64, nonce []byte) seal.Hash {
	return asHash(s.keys.RecordMAC("blind of a case", fmt.Sprintf("%s %d %x", caseID, number, nonce)))
}

// grow brings the logs of a case's threads up to the time of the seal and gives all heads.
func (g *Sealing) grow(ctx context.Context, k caseToSeal, p *preparedSeal) (map[string]seal.Head, error) {
	heads, err := g.s.sealedHeads(ctx, k.id, k.last.Number)
	if err != nil {
		return nil, err
	}
	rows, err := g.s.query(ctx, "SELECT name, last_seq FROM thread WHERE case_id = $1 AND last_seq > 0 ORDER BY name", k.id)
	threads, err := collect(rows, err, func(r *sql.Rows) (t ThreadHead, err error) { return t, r.Scan(&t.Thread, &t.Seq) })
	if err != nil {
		return nil, err
	}
	for _, t := range threads {
		h := heads[t.Thread]
		if t.Seq <= h.Size {
			continue
		}
		log := newThreadLog(ctx, g.s, k.id, t.Thread, h.Size)
		for {
			n, err := g.s.appendSealed(ctx, log, p.seal.At)
			if err != nil {
				return nil, err
			}
			p.events += n
			if n < sealPage {
				break
			}
			if log.fresh >= sealEvents { // its tiles can go ahead of the head that will need them
				if err := g.led(ctx, log.insert); err != nil {
					return nil, err
				}
				log.forget()
			}
		}
		if log.Size == h.Size {
			continue
		}
		root, err := log.Root()
		if err != nil {
			return nil, err
		}
		h = seal.Head{Thread: t.Thread, Size: log.Size, Root: root}
		heads[t.Thread] = h
		p.heads, p.logs = append(p.heads, h), append(p.logs, log)
	}
	return heads, nil
}

// sealedHeads gives the heads of a case's threads in a seal.
func (s *Store) sealedHeads(ctx context.Context, caseID string, number int64) (map[string]seal.Head, error) {
	rows, err := s.query(ctx, `SELECT h.thread, h.size, h.root FROM seal_head h WHERE h.case_id = $1 AND h.seal =
		(SELECT max(l.seal) FROM seal_head l WHERE l.case_id = h.case_id AND l.thread = h.thread AND l.seal <= $2)`, caseID, number)
	list, err := collect(rows, err, scanHead)
	heads := make(map[string]seal.Head, len(list))
	for _, h := range list {
		heads[h.Thread] = h
	}
	return heads, err
}

func scanHead(r *sql.Rows) (h seal.Head, err error) {
	var root []byte
	err = r.Scan(&h.Thread, &h.Size, &root)
	h.Root = asHash(root)
	return h, err
}

// insertSeal writes a seal with what belongs to it.
func (tx *Tx) insertSeal(ctx context.Context, p *preparedSeal) error {
	for _, log := range p.logs {
		if err := log.insert(ctx, tx); err != nil {
			return err
		}
	}
	for _, h := range p.heads {
		_, err := tx.exec(ctx, "INSERT INTO seal_head (case_id, thread, seal, size, root) VALUES ($1, $2, $3, $4, $5)", p.seal.CaseID, h.Thread, p.seal.Number, h.Size, h.Root[:])
		if err != nil {
			return err
		}
	}
	if p.cover != "" {
		_, err := tx.exec(ctx, "INSERT INTO seal_cover (case_id, hash, cover) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", p.seal.CaseID, p.seal.Cover[:], p.cover)
		if err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `INSERT INTO seal (case_id, number, checkpoint, place, at, cover, leaves, root, previous, nonce)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, p.seal.CaseID, p.seal.Number, p.seal.Checkpoint, p.place, p.seal.At,
		p.seal.Cover[:], p.seal.Leaves, p.seal.Root[:], p.seal.Previous[:], p.nonce)
	return err
}

// cover gives what the case's cover says now.
func (s *Store) cover(ctx context.Context, caseID string) (c archive.Cover, err error) {
	err = s.row(ctx, "SELECT docket_number, title, cause, court, procedure, phone, state, filed_at, COALESCE(closed_at, 0) FROM court_case WHERE id = $1", caseID).
		Scan(&c.DocketNumber, &c.Title, &c.Cause, &c.Court, &c.Procedure, &c.Phone, &c.State, &c.FiledAt, &c.ClosedAt)
	if err != nil {
		return c, notFound(err)
	}
	rows, err := s.query(ctx, "SELECT id, role, standing, kind, name, joined_at, COALESCE(removed_at, 0) FROM participant WHERE case_id = $1 ORDER BY id", caseID)
	c.Participants, err = collect(rows, err, func(r *sql.Rows) (p archive.Participant, err error) {
		p.For, p.Authorities = []string{}, []string{}
		return p, r.Scan(&p.ID, &p.Role, &p.Standing, &p.Kind, &p.Name, &p.JoinedAt, &p.RemovedAt)
	})
	if err != nil {
		return c, err
	}
	slices.SortFunc(c.Participants, func(a, b archive.Participant) int { return strings.Compare(a.ID, b.ID) }) // databases order text differently
	rows, err = s.query(ctx, "SELECT participant_id, for_participant, authority FROM representation WHERE case_id = $1", caseID)
	acts, err := collect(rows, err, func(r *sql.Rows) (a [3]string, err error) { return a, r.Scan(&a[0], &a[1], &a[2]) })
	slices.SortFunc(acts, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	for _, a := range acts {
		for i := range c.Participants {
			if p := &c.Participants[i]; p.ID == a[0] {
				p.For, p.Authorities = append(p.For, a[1]), append(p.Authorities, a[2])
			}
		}
	}
	return c, err
}

// checkpointRow is a published head as it is kept.
type checkpointRow struct {
	number, at int64
	note       string
	hash       seal.Hash // of its text
}

// lastCheckpoint gives the newest head; number 0 where there is none yet.
func (s *Store) lastCheckpoint(ctx context.Context) (c checkpointRow, err error) {
	err = s.row(ctx, "SELECT number, at, note FROM checkpoint ORDER BY number DESC LIMIT 1").Scan(&c.number, &c.at, &c.note)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil
	}
	text, _, _ := strings.Cut(c.note, "\n\n")
	c.hash = seal.TextHash(text + "\n")
	return c, err
}

// checkpointLeaves gives the leaves of a checkpoint's tree: the seals of its cases at their places, and padding elsewhere.
func (s *Store) checkpointLeaves(ctx context.Context, number int64) ([]seal.Hash, error) {
	type leaf struct {
		place int64
		hash  seal.Hash
	}
	rows, err := s.query(ctx, "SELECT case_id, number, place, at, cover, leaves, root, previous, nonce FROM seal WHERE checkpoint = $1", number)
	found, err := collect(rows, err, func(r *sql.Rows) (l leaf, err error) {
		c, nonce, place, err := s.scanSeal(r, number)
		if err == nil && (place < 0 || place > 1<<26) {
			err = errors.New("a seal's place is out of every tree")
		}
		return leaf{place, seal.CaseLeaf(s.caseBlind(c.CaseID, c.Number, nonce), seal.TextHash(c.Text()))}, err
	})
	if err != nil {
		return nil, err
	}
	most := int64(0)
	for _, l := range found {
		most = max(most, l.place+1)
	}
	leaves := make([]seal.Hash, seal.Leaves(int(most), max(seal.MinCheckpointLeaves, len(found))))
	for i := range leaves {
		rand.Read(leaves[i][:])
	}
	for _, l := range found {
		leaves[l.place] = l.hash
	}
	return leaves, nil
}

// scanSeal reads a row of seal_ columns without its checkpoint.
func (s *Store) scanSeal(r *sql.Rows, checkpoint int64) (c seal.CaseSeal, nonce []byte, place int64, err error) {
	c.Origin, c.Checkpoint = s.Installation(), checkpoint
	var cover, root, previous []byte
	err = r.Scan(&c.CaseID, &c.Number, &place, &c.At, &cover, &c.Leaves, &root, &previous, &nonce)
	c.Cover, c.Root, c.Previous = asHash(cover), asHash(root), asHash(previous)
	return c, nonce, place, err
}

package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"sync/atomic"
	"time"

	"microcourt/store/seal"
)

// Sealing seals the record on a fixed clock. On every tick each case gets a seal, whether or not anything happened in it, and one signed
// head over all of them is published: when a seal comes, and how it looks, tells nothing of what was said. Of several nodes one at
// a time does the work, in the background; no act ever waits for it.
type Sealing struct {
	s      *Store
	cfg    SealingConfig
	holder string
	sealed atomic.Int64 // time of the newest head, Unix milliseconds
}

// SealingConfig says how the record is sealed.
type SealingConfig struct {
	Key *SealKey
	// Every is the clock: heads bear the multiples of it as their times.
	Every time.Duration
	// Witnesses get each published head.
	Witnesses []Witness
	Log       *slog.Logger
}

// Witness is a place outside of the court that keeps or attests a published head.
type Witness interface {
	// Name stands in the record and in archives beside the answer. It is short, lower case, and also a file's name.
	Name() string
	// Attest hands a signed head over and gives what the place answered: a signature, a time-stamp.
	Attest(ctx context.Context, note string) ([]byte, error)
}

const (
	// sealLease is how long a node that died in the middle of the work keeps it.
	sealLease = time.Minute
	// sealBatch and sealEvents bound how much is written in one transaction, so that acts on SQLite wait for little.
	sealBatch  = 64
	sealEvents = 4096
	// closedRest is how long after its end a case is still sealed at every tick; then it gets a seal a week. Both are facts
	// that every participant knows.
	closedRest = 30 * 24 * time.Hour
	closedWeek = 7 * 24 * time.Hour
	// publishWithin bounds how long after its time a head is published: always equally long, so that it doesn't tell how
	// much there was to seal.
	publishWithin = time.Minute
	// firstAskPause is how soon a witness that didn't answer is asked again; it doubles up to maxAskPause.
	firstAskPause = time.Second
	maxAskPause   = 10 * time.Minute
	// clockSkew is how far a head may lie ahead of this node's clock before somebody is told, and warnPause how often.
	clockSkew = time.Minute
	warnPause = time.Hour
	// attestTimeout bounds one question to a witness.
	attestTimeout = 20 * time.Second
)

// sealLeaseName is the row of the lease.
const sealLeaseName = "seal"

// NewSealing prepares the sealing of a record; whoever makes it runs Run.
func NewSealing(s *Store, cfg SealingConfig) *Sealing {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Sealing{s: s, cfg: cfg, holder: NewID()}
}

// TakeNewKey goes on with another key, after the one in use was lost. Heads that the old one signed stay as they are, and people have to
// be told of both.
func (g *Sealing) TakeNewKey(ctx context.Context) error {
	return g.s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "INSERT INTO meta (key, value) VALUES ('seal_key', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value", g.cfg.Key.Public)
		return err
	})
}

// Check sees that the key is the one with which this record is sealed, and takes it at first.
func (g *Sealing) Check(ctx context.Context) error {
	var public string
	err := g.s.row(ctx, "SELECT value FROM meta WHERE key = 'seal_key'").Scan(&public)
	if errors.Is(err, sql.ErrNoRows) {
		err = g.s.write(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "INSERT INTO meta (key, value) VALUES ('seal_key', $1) ON CONFLICT (key) DO NOTHING", g.cfg.Key.Public)
			return err
		})
		if err == nil {
			err = g.s.row(ctx, "SELECT value FROM meta WHERE key = 'seal_key'").Scan(&public)
		}
	}
	if err == nil && public != g.cfg.Key.Public {
		err = errors.New("the key of the seals is not the one with which this record is sealed: restore the file that was in use with it, the same on every node, or go on with this one by --seal-new-key")
	}
	return err
}

// Run seals until ctx ends.
func (g *Sealing) Run(ctx context.Context) {
	every := g.cfg.Every
	wait := time.NewTicker(min(max(every/4, 50*time.Millisecond), 15*time.Second))
	defer wait.Stop()
	defer g.release()
	var askAgain, warnAgain time.Time
	pause := firstAskPause
	for started := g.s.now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
		}
		tick := g.s.now().Truncate(every)
		if due, err := g.due(ctx, tick, started); err != nil && ctx.Err() == nil {
			g.cfg.Log.Warn("the seals can't be looked at; it is tried again", "err", err)
		} else if due {
			g.sealTick(ctx, tick)
		}
		if ahead := g.ahead(); ahead > clockSkew && time.Now().After(warnAgain) {
			g.cfg.Log.Warn("the newest head is of a time that is still to come: the clock of a node was or is wrong; nothing is sealed before that time", "ahead", ahead)
			warnAgain = time.Now().Add(warnPause)
		}
		if began := time.Now(); began.After(askAgain) {
			if err := g.attest(ctx); err == nil {
				pause = firstAskPause
			} else if ctx.Err() == nil {
				g.cfg.Log.Warn("a witness has not answered; it is asked again", "err", err, "in", pause)
				askAgain, pause = began.Add(pause), min(2*pause, maxAskPause)
			}
		}
	}
}

func (g *Sealing) sealTick(ctx context.Context, tick time.Time) {
	began := time.Now()
	done, err := g.sealAt(ctx, tick, tick.Add(min(g.cfg.Every/10, publishWithin)))
	switch {
	case ctx.Err() != nil:
	case err != nil:
		g.cfg.Log.Error("sealing failed; it is tried again", "err", err)
	case done != nil:
		g.cfg.Log.Info("the record is sealed", "head", done.Number, "took", time.Since(began).Round(time.Millisecond))
	}
}

// due reports whether a tick has no head yet. Ticks that nobody served are caught up with by the newest of them; the first one of all
// is waited for.
func (g *Sealing) due(ctx context.Context, tick, started time.Time) (bool, error) {
	last, err := g.s.lastCheckpoint(ctx)
	if err != nil {
		return false, err
	}
	g.sealed.Store(last.at)
	return last.at < tick.UnixMilli() && (last.number > 0 || tick.After(started)), nil
}

// ahead gives how far the newest head, as Run saw it last, lies in the future.
func (g *Sealing) ahead() time.Duration {
	return time.Duration(g.sealed.Load()-g.s.nowMS()) * time.Millisecond
}

// SealedAt gives the time of the newest head, in Unix seconds, as Run saw it last.
func (g *Sealing) SealedAt() int { return int(g.sealed.Load() / 1000) }

// Seal seals what was recorded up to a time, at once. It gives nil where another node is at it.
func (g *Sealing) Seal(ctx context.Context, at time.Time) (*seal.Checkpoint, error) {
	return g.sealAt(ctx, at, time.Time{})
}

func (g *Sealing) sealAt(ctx context.Context, at, publish time.Time) (*seal.Checkpoint, error) {
	if got, err := g.lead(ctx); err != nil || !got {
		return nil, err
	}
	last, err := g.s.lastCheckpoint(ctx)
	if err != nil || last.at >= at.UnixMilli() {
		return nil, err
	}
	c := seal.Checkpoint{Origin: g.s.Installation(), Number: last.number + 1, At: at.UnixMilli(), Previous: last.hash}
	if err := g.sealCases(ctx, c); err != nil {
		return nil, err
	}
	if err := g.pause(ctx, publish); err != nil {
		return nil, err
	}
	return g.publish(ctx, c)
}

// pause waits until a time and keeps the lease meanwhile.
func (g *Sealing) pause(ctx context.Context, until time.Time) error {
	for rest := until.Sub(g.s.now()); rest > 0; rest = until.Sub(g.s.now()) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(rest, sealLease/4)):
		}
		if got, err := g.lead(ctx); err != nil || !got {
			return errors.Join(err, errNotLeader)
		}
	}
	return nil
}

// errNotLeader says that another node has taken the work over.
var errNotLeader = errors.New("store: another node seals")

// lead takes the lease, or renews it.
func (g *Sealing) lead(ctx context.Context) (got bool, err error) {
	err = g.write(ctx, func(ctx context.Context, tx *Tx) error {
		got, err = tx.takeLease(ctx, sealLeaseName, g.holder, sealLease)
		return err
	})
	return got, err
}

// release gives the lease up, so that the next node, or this one after a restart, needn't wait.
func (g *Sealing) release() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := g.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM lease WHERE name = $1 AND holder = $2", sealLeaseName, g.holder)
		return err
	})
	if err != nil {
		g.cfg.Log.Warn("the lease of sealing runs out by itself", "err", err)
	}
}

// led is a write that only the leader makes, under the lease's row.
func (g *Sealing) led(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return g.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE lease SET until = $3 WHERE name = $1 AND holder = $2", sealLeaseName, g.holder, tx.now+sealLease.Milliseconds())
		if err == nil && n == 0 {
			err = errNotLeader
		}
		if err != nil {
			return err
		}
		return fn(ctx, tx)
	})
}

// write is Store.write for what changes nothing that the rules look at.
func (g *Sealing) write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if g.s.engine == SQLite {
		return g.s.writer.do(ctx, &job{run: fn, keepsAccess: true})
	}
	return g.s.write(ctx, fn)
}

// sealCases seals every case that is due. A case that can't be sealed is told of and left for the next tick; the others go on.
func (g *Sealing) sealCases(ctx context.Context, c seal.Checkpoint) error {
	cases, taken, err := g.s.casesToSeal(ctx, c)
	if err != nil {
		return err
	}
	places, err := freePlaces(seal.Leaves(len(cases)+len(taken), seal.MinCheckpointLeaves), taken)
	if err != nil {
		return err
	}
	var batch []*preparedSeal
	size := 0
	flush := func() error {
		err := g.led(ctx, func(ctx context.Context, tx *Tx) error {
			for _, p := range batch {
				if err := tx.insertSeal(ctx, p); err != nil {
					return err
				}
			}
			return nil
		})
		batch, size = nil, 0
		return err
	}
	for i, k := range cases {
		p, err := g.prepare(ctx, k, c)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, errNotLeader) {
				return err
			}
			g.cfg.Log.Error("a case can't be sealed", "case", k.id, "err", err)
			continue
		}
		p.place = places[i]
		batch, size = append(batch, p), size+p.events
		if len(batch) == sealBatch || size >= sealEvents {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// freePlaces gives the places of a tree that nothing has taken, in an order that nobody can foresee.
func freePlaces(leaves int, taken []int64) ([]int64, error) {
	used := make([]bool, leaves)
	for _, place := range taken {
		if place >= 0 && place < int64(leaves) {
			used[place] = true
		}
	}
	var free []int64
	for place := range int64(leaves) {
		if !used[place] {
			free = append(free, place)
		}
	}
	for i := len(free) - 1; i > 0; i-- {
		k, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return nil, err
		}
		j := k.Int64()
		free[i], free[j] = free[j], free[i]
	}
	return free, nil
}

// publish makes the head over the cases' seals, signs it and writes it down.
func (g *Sealing) publish(ctx context.Context, c seal.Checkpoint) (*seal.Checkpoint, error) {
	leaves, err := g.s.checkpointLeaves(ctx, c.Number)
	if err != nil {
		return nil, err
	}
	log := seal.NewLog(0, func(seal.TileKey) ([]byte, error) { return nil, seal.ErrTile })
	for _, leaf := range leaves {
		if err := log.Append(leaf); err != nil {
			return nil, err
		}
	}
	c.Leaves = len(leaves)
	if c.Root, err = log.Root(); err != nil {
		return nil, err
	}
	note, err := g.cfg.Key.sign(c.Text())
	if err != nil {
		return nil, err
	}
	err = g.led(ctx, func(ctx context.Context, tx *Tx) error {
		for key, tile := range log.Changed {
			_, err := tx.exec(ctx, "INSERT INTO checkpoint_tile (checkpoint, level, number, hashes) VALUES ($1, $2, $3, $4)", c.Number, key.Level, key.N, tile)
			if err != nil {
				return err
			}
		}
		_, err := tx.exec(ctx, "INSERT INTO checkpoint (number, at, note) VALUES ($1, $2, $3)", c.Number, c.At, note)
		return err
	})
	return &c, err
}

// attest hands the newest head to the witnesses that have not answered for it. An older one that was missed needs no witness of its
// own: the newer one names it.
func (g *Sealing) attest(ctx context.Context) error {
	if len(g.cfg.Witnesses) == 0 {
		return nil
	}
	last, err := g.s.lastCheckpoint(ctx)
	if err != nil || last.number == 0 {
		return err
	}
	var errs []error
	for _, w := range g.cfg.Witnesses {
		var has int
		err := g.s.row(ctx, "SELECT count(*) FROM checkpoint_witness WHERE checkpoint = $1 AND witness = $2", last.number, w.Name()).Scan(&has)
		if err == nil && has == 0 {
			err = g.ask(ctx, w, last)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", w.Name(), err))
		}
	}
	return errors.Join(errs...)
}

func (g *Sealing) ask(ctx context.Context, w Witness, head checkpointRow) error {
	if got, err := g.lead(ctx); err != nil || !got {
		return err
	}
	asked, cancel := context.WithTimeout(ctx, attestTimeout)
	defer cancel()
	answer, err := w.Attest(asked, head.note)
	if err != nil {
		return err
	}
	return g.led(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "INSERT INTO checkpoint_witness (checkpoint, witness, at, answer) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			head.number, w.Name(), tx.now, answer)
		return err
	})
}

// sealDue reports whether a case gets a seal at a time: an open one always, one that was closed long ago once a week.
func sealDue(state string, closedAt, lastAt, at int64) bool {
	if state != CaseClosed || at-closedAt < closedRest.Milliseconds() {
		return true
	}
	week := closedWeek.Milliseconds()
	return lastAt/week < at/week
}

// PublishedHead is a published head of the sealed record.
type PublishedHead struct {
	Number int64  `json:"number"`
	At     int64  `json:"at" doc:"everything recorded up to this time (Unix ms) is sealed"`
	Note   string `json:"note" doc:"the signed head, as microcourt verify takes it"`
}

// PublishedHeads gives the public key and a page of heads, the newest first; before 0 begins with the newest.
func (s *Store) PublishedHeads(ctx context.Context, before int64, limit int) (key string, heads []PublishedHead, err error) {
	err = s.row(ctx, "SELECT value FROM meta WHERE key = 'seal_key'").Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	if before <= 0 {
		before = 1 << 62
	}
	rows, err := s.query(ctx, "SELECT number, at, note FROM checkpoint WHERE number < $1 ORDER BY number DESC LIMIT $2", before, limit)
	heads, err = collect(rows, err, func(r *sql.Rows) (h PublishedHead, err error) { return h, r.Scan(&h.Number, &h.At, &h.Note) })
	return key, heads, err
}

// PublishedHead gives one head, or ErrNotFound.
func (s *Store) PublishedHead(ctx context.Context, number int64) (h PublishedHead, err error) {
	err = s.row(ctx, "SELECT number, at, note FROM checkpoint WHERE number = $1", number).Scan(&h.Number, &h.At, &h.Note)
	return h, notFound(err)
}

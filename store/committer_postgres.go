package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"microcourt/store/court"
)

// pgCommitter commits plain appends in groups on PostgreSQL. Threads are hashed between committers; each has one
// goroutine.
type pgCommitter struct {
	*groups
	s *Store
}

// commitDeadline bounds one group's transaction.
const commitDeadline = 30 * time.Second

func startCommitter(s *Store) *pgCommitter {
	c := &pgCommitter{groups: newGroups(), s: s}
	go c.loop()
	return c
}

func (c *pgCommitter) loop() {
	defer close(c.done)
	c.each(c.commit)
}

func (c *pgCommitter) commit(group []*job) {
	started := time.Now()
	var err error
	var events []court.Event
	for try := 0; try < 5; try++ {
		for _, j := range group {
			j.err = nil
		}
		if events, err = c.run(group); err == nil || !retryable(err) {
			break
		}
	}
	if err != nil {
		c.s.commitFailed(group, err)
		return
	}
	c.s.metrics.group(len(group), time.Since(started))
	c.s.committed(group, events, nil)
}

// run commits a group: one round trip to lock the threads and read what the rules need, one to write and commit.
func (c *pgCommitter) run(group []*job) ([]court.Event, error) {
	ctx, cancel := context.WithTimeout(context.Background(), commitDeadline)
	defer cancel()
	conn, err := c.s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback(ctx)

	g := newGroupFacts(group)
	if err := g.load(ctx, tx, c.s.noticeVersion, c.s.nowMS()); err != nil {
		return nil, err
	}
	rows, err := c.place(g, c.s.nowMS())
	if err != nil {
		return nil, err
	}
	if len(rows.events) == 0 {
		return nil, tx.Commit(ctx)
	}
	if err := rows.insert(ctx, tx); err != nil {
		return nil, err
	}
	return rows.events, tx.Commit(ctx)
}

type threadKey struct{ caseID, name string }

type head struct{ seq, at int64 }

type clientKey struct{ personID, id string }

type knownEvent struct {
	seq, at int64
	digest  []byte
}

type memberKey struct{ caseID, participant string }

// groupFacts is what a group needs to know before its acts can be ruled and numbered.
type groupFacts struct {
	jobs      []*job
	threads   []threadKey // in the order in which they are locked
	heads     map[threadKey]head
	standings map[standingKey]*court.Standing
	known     map[clientKey]knownEvent
	members   map[memberKey]court.Role
}

func newGroupFacts(group []*job) *groupFacts {
	g := &groupFacts{
		jobs: group, heads: map[threadKey]head{}, standings: map[standingKey]*court.Standing{},
		known: map[clientKey]knownEvent{}, members: map[memberKey]court.Role{},
	}
	seen := map[threadKey]bool{}
	for _, j := range group {
		key := threadKey{j.draft.CaseID, j.draft.Thread}
		if !seen[key] {
			seen[key] = true
			g.threads = append(g.threads, key)
		}
	}
	sort.Slice(g.threads, func(i, k int) bool {
		a, b := g.threads[i], g.threads[k]
		return a.caseID < b.caseID || a.caseID == b.caseID && a.name < b.name
	})
	return g
}

var (
	pgLockThreads = `SELECT t.case_id, t.name, t.last_seq, t.last_at
		FROM unnest($1::text[], $2::text[]) AS w (case_id, name)
		JOIN thread t ON t.case_id = w.case_id AND t.name = w.name
		ORDER BY t.case_id, t.name FOR UPDATE OF t`
	pgMakeThreads = `INSERT INTO thread (case_id, name, last_seq, last_at)
		SELECT w.case_id, w.name, 0, 0 FROM unnest($1::text[], $2::text[]) AS w (case_id, name)
		JOIN court_case c ON c.id = w.case_id ORDER BY 1, 2 ON CONFLICT DO NOTHING`
	pgStandings = `SELECT w.case_id, w.person_id, w.session_id, ` + standingColumns("$3") + `, ` + sessionCapacity + `
		FROM unnest($1::text[], $2::text[], $4::text[]) AS w (case_id, person_id, session_id)
		JOIN session s ON s.id = w.session_id AND s.person_id = w.person_id AND s.revoked_at IS NULL AND s.expires_at > $5
		LEFT JOIN participant p ON p.case_id = w.case_id AND p.person_id = w.person_id AND p.removed_at IS NULL
		LEFT JOIN court_case c ON c.id = p.case_id`
	pgKnown = `SELECT e.by_person, e.id, e.seq, e.at, e.digest
		FROM unnest($1::text[], $2::text[]) AS w (by_person, id)
		JOIN event e ON e.by_person = w.by_person AND e.id = w.id`
	pgMembers = `SELECT p.case_id, p.id, p.role FROM unnest($1::text[], $2::text[]) AS w (case_id, id)
		JOIN participant p ON p.case_id = w.case_id AND p.id = w.id
		WHERE p.removed_at IS NULL AND p.person_id IS NOT NULL`
)

// load locks the group's threads, always in the same order, and reads the facts under the locks.
func (g *groupFacts) load(ctx context.Context, tx pgx.Tx, noticeVersion string, now int64) error {
	var threadCases, threadNames, cases, persons, sessions, ids, memberCases, memberIDs []string
	for _, t := range g.threads {
		threadCases, threadNames = append(threadCases, t.caseID), append(threadNames, t.name)
		if th, err := court.ParseThread(t.name); err == nil {
			for _, id := range []string{th.A, th.B} {
				if id != "" {
					memberCases, memberIDs = append(memberCases, t.caseID), append(memberIDs, id)
				}
			}
		}
	}
	for _, j := range g.jobs {
		cases, persons = append(cases, j.draft.CaseID), append(persons, j.draft.PersonID)
		sessions, ids = append(sessions, j.draft.SessionID), append(ids, j.draft.ID)
	}
	var b pgx.Batch
	b.Queue(pgLockThreads, threadCases, threadNames).Query(g.scanHeads)
	b.Queue(pgStandings, cases, persons, noticeVersion, sessions, now).Query(g.scanStandings)
	b.Queue(pgKnown, persons, ids).Query(g.scanKnown)
	if len(memberIDs) > 0 {
		b.Queue(pgMembers, memberCases, memberIDs).Query(g.scanMembers)
	}
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("read the group's facts: %w", err)
	}
	if len(g.heads) == len(g.threads) {
		return nil
	}
	// Threads without a row are made now. They may come between two that are locked already; a deadlock with another
	// group that does the same is found by the server and tried again.
	if _, err := tx.Exec(ctx, pgMakeThreads, threadCases, threadNames); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, pgLockThreads, threadCases, threadNames)
	if err != nil {
		return err
	}
	return g.scanHeads(rows)
}

func (g *groupFacts) scanHeads(rows pgx.Rows) error {
	var k threadKey
	var h head
	_, err := pgx.ForEachRow(rows, []any{&k.caseID, &k.name, &h.seq, &h.at}, func() error { g.heads[k] = h; return nil })
	return err
}

// scanStandings keeps a standing for each valid session; nil where the person is not in the case.
func (g *groupFacts) scanStandings(rows pgx.Rows) error {
	var k standingKey
	var id, role, state *string
	var joined, barred *int64
	var verified, accepted int
	var capacity court.Role
	_, err := pgx.ForEachRow(rows, []any{&k.caseID, &k.personID, &k.sessionID, &id, &role, &joined, &barred, &state, &verified, &accepted, &capacity}, func() error {
		if id == nil {
			g.standings[k] = nil
			return nil
		}
		g.standings[k] = &court.Standing{
			ParticipantID: *id, Role: court.Role(*role), JoinedAt: *joined, SpeechBarred: *barred != 0,
			CaseClosed: *state == CaseClosed, Verified: verified != 0, NoticeAccepted: accepted != 0, Capacity: capacity,
		}
		return nil
	})
	return err
}

func (g *groupFacts) scanKnown(rows pgx.Rows) error {
	var k clientKey
	var e knownEvent
	_, err := pgx.ForEachRow(rows, []any{&k.personID, &k.id, &e.seq, &e.at, &e.digest}, func() error {
		g.known[k] = knownEvent{e.seq, e.at, bytes.Clone(e.digest)}
		return nil
	})
	return err
}

func (g *groupFacts) scanMembers(rows pgx.Rows) error {
	var k memberKey
	var role string
	_, err := pgx.ForEachRow(rows, []any{&k.caseID, &k.participant, &role}, func() error { g.members[k] = court.Role(role); return nil })
	return err
}

// admit is the package's admit with the group's facts.
func (g *groupFacts) admit(d *Draft) (*court.Standing, error) {
	st, valid := g.standings[standingKey{d.CaseID, d.PersonID, d.SessionID}]
	if !valid {
		return nil, court.ErrUnauthenticated
	}
	return st, admit(d, st, func(id string) (court.Role, error) { return g.members[memberKey{d.CaseID, id}], nil })
}

// place rules and numbers each act of the group in the order of its arrival.
func (c *pgCommitter) place(g *groupFacts, now int64) (*eventRows, error) {
	rows := &eventRows{heads: map[threadKey]head{}}
	for _, j := range g.jobs {
		d := j.draft
		st, err := g.admit(d)
		if err != nil {
			var refused *court.Error
			if !errors.As(err, &refused) {
				return nil, err
			}
			j.err = err
			continue
		}
		digest := d.digest()
		client := clientKey{d.PersonID, d.ID}
		if known, ok := g.known[client]; ok {
			j.appended = Appended{Seq: known.seq, At: known.at, Repeat: true}
			if !bytes.Equal(known.digest, digest) {
				j.err = court.ErrIDReused
			}
			continue
		}
		key := threadKey{d.CaseID, d.Thread}
		h := g.heads[key]
		if d.Body.Quote > h.seq {
			j.err = court.ErrInvalid.In("body.quote")
			continue
		}
		h = head{h.seq + 1, max(now, h.at)}
		g.heads[key], rows.heads[key] = h, h
		g.known[client] = knownEvent{h.seq, h.at, digest}
		j.appended = Appended{Seq: h.seq, At: h.at}
		rows.add(court.Event{CaseID: d.CaseID, Thread: d.Thread, Seq: h.seq, ID: d.ID, At: h.at, By: st.ParticipantID, Kind: d.Kind, Body: d.Body.JSON}, d, digest)
	}
	return rows, nil
}

// eventRows are the columns of the new rows.
type eventRows struct {
	events []court.Event
	heads  map[threadKey]head

	cases, threads, ids, persons, bys, sessions, kinds, bodies, words []string
	seqs, ats                                                         []int64
	digests, salts                                                    [][]byte
}

func (r *eventRows) add(ev court.Event, d *Draft, digest []byte) {
	r.events = append(r.events, ev)
	r.cases, r.threads, r.ids = append(r.cases, ev.CaseID), append(r.threads, ev.Thread), append(r.ids, ev.ID)
	r.persons, r.bys = append(r.persons, d.PersonID), append(r.bys, ev.By)
	r.kinds, r.bodies = append(r.kinds, string(ev.Kind)), append(r.bodies, string(ev.Body))
	r.sessions = append(r.sessions, d.SessionID)
	r.words = append(r.words, strings.ToLower(d.Body.Words))
	r.seqs, r.ats = append(r.seqs, ev.Seq), append(r.ats, ev.At)
	r.digests, r.salts = append(r.digests, digest), append(r.salts, newSalt())
}

const (
	pgInsertEvents = `INSERT INTO event (case_id, thread, seq, id, at, by_person, by_id, session_id, kind, body, words, digest, salt)
		SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
			$10::text[], $11::text[], $12::bytea[], $13::bytea[])`
	pgUpdateThreads = `UPDATE thread t SET last_seq = w.seq, last_at = w.at
		FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) AS w (case_id, name, seq, at)
		WHERE t.case_id = w.case_id AND t.name = w.name`
)

func (r *eventRows) insert(ctx context.Context, tx pgx.Tx) error {
	var cases, names []string
	var seqs, ats []int64
	for k, h := range r.heads {
		cases, names, seqs, ats = append(cases, k.caseID), append(names, k.name), append(seqs, h.seq), append(ats, h.at)
	}
	var b pgx.Batch
	b.Queue(pgInsertEvents, r.cases, r.threads, r.seqs, r.ids, r.ats, r.persons, r.bys, r.sessions, r.kinds, r.bodies, r.words, r.digests, r.salts)
	b.Queue(pgUpdateThreads, cases, names, seqs, ats)
	return tx.SendBatch(ctx, &b).Close()
}

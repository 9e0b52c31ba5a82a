// Package store is the record: cases, people, threads and events in SQL on two engines, files beside it. It makes
// things durable and gives them back to whom the rules of package court allow; it knows nothing of connections.
package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"microcourt/store/court"
)

// Engine names the SQL engine under a store.
type Engine string

// The two engines.
const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Config says where the record is and how it is opened.
type Config struct {
	// Database is a PostgreSQL URL (postgres://...) or the path of an SQLite file.
	Database string
	// Keys seal personal data; see OpenKeys.
	Keys *Keys
	// NoticeVersion is the version of the first-entry notice that must have been accepted to speak.
	NoticeVersion string
	// Unsafe turns synchronous writing off on SQLite. It exists so that tests and benchmarks can show what the
	// setting does; serve never sets it.
	Unsafe bool
	Log    *slog.Logger
	// Now gives the time; nil means the machine's clock.
	Now func() time.Time
}

// Store is the record. All methods are safe for concurrent use.
type Store struct {
	engine        Engine
	read          *sql.DB // SQLite: read-only pool; PostgreSQL: everything that isn't the hot path
	pool          *pgxpool.Pool
	writer        *sqliteWriter
	committers    []*pgCommitter
	schema        Schema
	keys          *Keys
	noticeVersion string
	log           *slog.Logger
	now           func() time.Time
	statements    sync.Map // SQL text -> *sql.Stmt of the read pool, SQLite only

	sessionsByToken *together[Session]
	placesOf        *together[CasePlace]
	marksIn         *together[ReadMark]

	onCommit func([]court.Event)
	onAccess func([]AccessChange)
	metrics  Metrics
}

// Open opens the record, brings its schema up to date and checks the durability settings. The caller closes it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{keys: cfg.Keys, noticeVersion: cfg.NoticeVersion, log: cfg.Log, now: cfg.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.keys == nil {
		return nil, errors.New("store: no keys given")
	}
	s.sessionsByToken, s.placesOf, s.marksIn = askSessionsByToken(s), askPlacesOf(s), askMarksIn(s)
	var err error
	if IsPostgreSQL(cfg.Database) {
		err = s.openPostgres(ctx, cfg)
	} else {
		err = s.openSQLite(ctx, cfg)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open the record: %w", err)
	}
	if err := s.checkKeys(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// IsPostgreSQL reports whether a database setting names PostgreSQL.
func IsPostgreSQL(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

// Close waits for what is being committed and closes the database. Acts that come later get ErrUnavailable.
func (s *Store) Close() error {
	if s.writer != nil {
		s.writer.close()
	}
	for _, c := range s.committers {
		c.close()
	}
	var err error
	if s.read != nil {
		err = s.read.Close()
	}
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// Engine names the SQL engine.
func (s *Store) Engine() Engine { return s.engine }

// OnCommit sets who is told of committed events. The call comes after the commit, per thread nearly always in order
// (the receiver orders by seq), and must not block. Set it before the first write.
func (s *Store) OnCommit(f func([]court.Event)) { s.onCommit = f }

// OnAccess sets who is told of committed changes of rights, under the same terms as OnCommit.
func (s *Store) OnAccess(f func([]AccessChange)) { s.onAccess = f }

// Installation is a short name of this record, the same for all its nodes and different for every other: nodes of
// several courts can share a relay.
func (s *Store) Installation() string {
	return "microcourt-" + hex.EncodeToString(s.keys.MAC("installation", "relay"))[:16]
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.row(ctx, "SELECT 1").Scan(&one)
}

// NewID makes an id: a UUIDv7 as text.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// nowMS is the store's clock in Unix milliseconds.
func (s *Store) nowMS() int64 { return s.now().UnixMilli() }

// committed tells of a group that is durable: who sent its acts, everybody, and who waits for one of them.
func (s *Store) committed(group []*job, events []court.Event, access []AccessChange) {
	for _, j := range group {
		j.tell()
	}
	s.published(events)
	s.accessPublished(access)
	for _, j := range group {
		j.release()
	}
}

// commitFailed refuses what was not refused for a reason of its own.
func (s *Store) commitFailed(group []*job, err error) {
	s.log.Error("commit failed", "err", err, "acts", len(group))
	for _, j := range group {
		if j.err == nil {
			j.err = court.ErrUnavailable
		}
		j.tell()
		j.release()
	}
}

func (s *Store) published(events []court.Event) {
	if len(events) > 0 && s.onCommit != nil {
		s.onCommit(events)
	}
}

func (s *Store) accessPublished(changes []AccessChange) {
	if len(changes) > 0 && s.onAccess != nil {
		s.onAccess(changes)
	}
}

// queryer is what reading needs; the read pool and a write transaction both have it.
type queryer interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	row(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if st := s.prepared(ctx, query); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return s.read.QueryContext(ctx, query, args...)
}

func (s *Store) row(ctx context.Context, query string, args ...any) *sql.Row {
	if st := s.prepared(ctx, query); st != nil {
		return st.QueryRowContext(ctx, args...)
	}
	return s.read.QueryRowContext(ctx, query, args...)
}

// prepared gives a prepared statement on SQLite, where parsing is most of a small query's cost. pgx keeps prepared
// statements by itself.
func (s *Store) prepared(ctx context.Context, query string) *sql.Stmt {
	if s.engine != SQLite {
		return nil
	}
	if st, ok := s.statements.Load(query); ok {
		return st.(*sql.Stmt)
	}
	st, err := s.read.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil // the query itself will say why
	}
	if other, loaded := s.statements.LoadOrStore(query, st); loaded {
		st.Close()
		return other.(*sql.Stmt)
	}
	return st
}

// collect reads all rows with scan.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// notFound turns "no rows" into court.ErrNotFound.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return court.ErrNotFound
	}
	return err
}

package store

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNodeConflict: another node runs on the same database, and one of the two keeps its files in a folder of its own.
var ErrNodeConflict = errors.New("another node runs on this database, and files are kept in a local folder: more than one node needs --blobs s3://... on all of them")

// nodeLock is the key of the advisory lock that the nodes on one PostgreSQL database hold: exclusively by a node whose files lie
// in a local folder, shared by nodes that use one bucket.
const nodeLock = 0x6d6963726f637472 // "microctr"

// nodeCheck is how often a node sees whether it still holds its place, and how long it waits for the answer.
const nodeCheck = 5 * time.Second

// NodePlace is a node's right to run on its database. It is held by a connection of its own, which must be a session (no pooler that
// shares connections between transactions).
type NodePlace struct {
	cfg    *pgx.ConnConfig
	query  string
	log    *slog.Logger
	cancel context.CancelFunc
	done   sync.WaitGroup
	lost   chan error
}

// TakeNodePlace sees that no other node would serve the same record without seeing the same files, or answers ErrNodeConflict. On SQLite
// there is one node by nature, and the place holds nothing.
func (s *Store) TakeNodePlace(ctx context.Context, sharedFiles bool) (*NodePlace, error) {
	p := &NodePlace{log: s.log, lost: make(chan error, 1), cancel: func() {}}
	if s.engine != PostgreSQL {
		return p, nil
	}
	p.cfg = s.pool.Config().ConnConfig.Copy()
	p.query = "SELECT pg_try_advisory_lock($1)"
	if sharedFiles {
		p.query = "SELECT pg_try_advisory_lock_shared($1)"
	}
	conn, err := p.take(ctx)
	if err != nil {
		return nil, err
	}
	ctx, p.cancel = context.WithCancel(context.Background())
	p.done.Go(func() { p.hold(ctx, conn) })
	return p, nil
}

// Lost gives the reason when the place was lost to another node; the program then stops.
func (p *NodePlace) Lost() <-chan error { return p.lost }

// Release gives the place up.
func (p *NodePlace) Release() {
	p.cancel()
	p.done.Wait()
}

func (p *NodePlace) take(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, nodeCheck)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, p.cfg)
	if err != nil {
		return nil, err
	}
	var got bool
	err = conn.QueryRow(ctx, p.query, int64(nodeLock)).Scan(&got)
	if err == nil && !got {
		err = ErrNodeConflict
	}
	if err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// hold keeps the place until ctx ends. After the database was away it takes the place anew; if another node was faster, the place is lost.
func (p *NodePlace) hold(ctx context.Context, conn *pgx.Conn) {
	ticker := time.NewTicker(nodeCheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			closing, cancel := context.WithTimeout(context.Background(), nodeCheck)
			defer cancel()
			if conn != nil {
				conn.Close(closing)
			}
			return
		case <-ticker.C:
		}
		if conn != nil && alive(ctx, conn) {
			continue
		}
		if conn != nil {
			conn.Close(ctx)
		}
		var err error
		conn, err = p.take(ctx)
		switch {
		case errors.Is(err, ErrNodeConflict):
			p.lost <- err
			return
		case err != nil && ctx.Err() == nil:
			p.log.Warn("the node's place on the database is taken again when it answers", "err", err)
		}
	}
}

func alive(ctx context.Context, conn *pgx.Conn) bool {
	ctx, cancel := context.WithTimeout(ctx, nodeCheck)
	defer cancel()
	return conn.Ping(ctx) == nil
}

package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

func (s *Store) openPostgres(ctx context.Context, cfg Config) error {
	s.engine = PostgreSQL
	poolConfig, err := pgxpool.ParseConfig(cfg.Database)
	if err != nil {
		return err
	}
	poolConfig.MaxConns = max(poolConfig.MaxConns, int32(8*runtime.GOMAXPROCS(0)))
	// With arrays in one parameter a generic plan is wrong for small groups; a custom plan costs little.
	poolConfig.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	poolConfig.ConnConfig.RuntimeParams["application_name"] = "microcourt"
	poolConfig.AfterConnect = assertDurablePostgres
	s.pool, err = pgxpool.NewWithConfig(ctx, poolConfig)
	if err != nil {
		return err
	}
	s.read = stdlib.OpenDBFromPool(s.pool)
	if s.schema, err = migrate(ctx, s.read, PostgreSQL); err != nil {
		return err
	}
	s.warnOfLossyFailover(ctx)
	for range 2 {
		s.committers = append(s.committers, startCommitter(s))
	}
	return nil
}

// assertDurablePostgres refuses a connection on which a commit returns before it is on disk (promise P1).
func assertDurablePostgres(ctx context.Context, conn *pgx.Conn) error {
	if _, err := conn.Exec(ctx, "SET synchronous_commit = on"); err != nil {
		return err
	}
	for _, setting := range []string{"synchronous_commit", "fsync", "full_page_writes"} {
		var value string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
			return err
		}
		if value != "on" {
			return fmt.Errorf("PostgreSQL is not durable: %s is %s, want on", setting, value)
		}
	}
	return nil
}

// warnOfLossyFailover says at start where a failover could lose acknowledged acts: replicas that are not
// synchronous.
func (s *Store) warnOfLossyFailover(ctx context.Context) {
	var standbys string
	var replicas int
	err := s.row(ctx, "SELECT current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication)").Scan(&standbys, &replicas)
	if err == nil && standbys == "" && replicas > 0 {
		s.log.Warn("replication is not synchronous: a failover can lose acknowledged events; set synchronous_standby_names")
	}
}

// committerOf hashes threads between the committers, so that one thread's acts are committed in one place.
func (s *Store) committerOf(caseID, thread string) *pgCommitter {
	h := fnv.New32a()
	h.Write([]byte(caseID))
	h.Write([]byte{0})
	h.Write([]byte(thread))
	return s.committers[h.Sum32()%uint32(len(s.committers))]
}

// Package relay carries messages between nodes over Redis. Messages may be lost or come twice; the hub looks into
// the record for what it missed.
package relay

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	// batchPause is how long publishes are collected into one round trip.
	batchPause = time.Millisecond
	// maxWaiting bounds what waits for Redis; beyond it messages are lost, as the contract allows.
	maxWaiting    = 10_000
	healthEvery   = 500 * time.Millisecond
	healthTimeout = time.Second
)

// Redis is a relay over Redis publish/subscribe, one channel for each topic. It reconnects by itself.
type Redis struct {
	client *redis.Client
	pubsub *redis.PubSub
	prefix string
	log    *slog.Logger

	waiting chan message
	up      atomic.Bool
	lost    atomic.Int64

	mu     sync.Mutex
	wanted map[string]bool // topics to be followed
	dirty  chan struct{}

	cancel context.CancelFunc
	done   sync.WaitGroup
}

type message struct {
	channel string
	text    []byte
}

// Open connects to Redis by its URL (redis://...). prefix keeps installations apart that share one server. always
// are topics that are followed from the start. A server that doesn't answer is no error: the relay is down until it
// does.
func Open(url, prefix string, log *slog.Logger, always ...string) (*Redis, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	options.ContextTimeoutEnabled = true
	options.MaxRetries = -1
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = 2*time.Second, 2*time.Second, 2*time.Second
	r := &Redis{
		client: redis.NewClient(options), prefix: prefix + ":", log: log,
		waiting: make(chan message, maxWaiting), wanted: map[string]bool{}, dirty: make(chan struct{}, 1),
	}
	for _, topic := range always {
		r.wanted[r.prefix+topic] = true
	}
	return r, nil
}

// Start begins to receive. Messages of this process's own come too.
func (r *Redis) Start(receive func(text []byte)) {
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	r.pubsub = r.client.Subscribe(ctx)
	r.changed()
	r.done.Go(func() { r.receive(ctx, receive) })
	r.done.Go(func() { r.publish(ctx) })
	r.done.Go(func() { r.follow(ctx) })
	r.done.Go(func() { r.watch(ctx) })
}

// Publish sends a message to all who follow the topic. It never blocks; while Redis is away messages are dropped.
func (r *Redis) Publish(topic string, text []byte) {
	select {
	case r.waiting <- message{r.prefix + topic, text}:
	default:
		r.lost.Add(1)
	}
}

// Follow begins to receive a topic's messages, soon.
func (r *Redis) Follow(topic string) { r.want(topic, true) }

// Unfollow ends that.
func (r *Redis) Unfollow(topic string) { r.want(topic, false) }

func (r *Redis) want(topic string, wanted bool) {
	r.mu.Lock()
	if wanted {
		r.wanted[r.prefix+topic] = true
	} else {
		delete(r.wanted, r.prefix+topic)
	}
	r.mu.Unlock()
	r.changed()
}

func (r *Redis) changed() {
	select {
	case r.dirty <- struct{}{}:
	default:
	}
}

// Up reports whether Redis has answered lately.
func (r *Redis) Up() bool { return r.up.Load() }

// Ping asks Redis for a sign of life.
func (r *Redis) Ping(ctx context.Context) error { return r.client.Ping(ctx).Err() }

// Lost is how many messages were dropped because Redis did not take them.
func (r *Redis) Lost() int64 { return r.lost.Load() }

// Close ends the relay and waits for its goroutines.
func (r *Redis) Close() {
	if r.cancel != nil {
		r.cancel()
		r.pubsub.Close()
		r.done.Wait()
	}
	r.client.Close()
}

func (r *Redis) receive(ctx context.Context, receive func(text []byte)) {
	for ctx.Err() == nil {
		got, err := r.pubsub.ReceiveMessage(ctx)
		if err != nil {
			sleep(ctx, 100*time.Millisecond) // the next call connects and subscribes anew
			continue
		}
		receive([]byte(got.Payload))
	}
}

// publish sends what waits, many messages in one round trip.
func (r *Redis) publish(ctx context.Context) {
	batch := make([]message, 0, 256)
	for {
		batch = batch[:0]
		select {
		case m := <-r.waiting:
			batch = append(batch, m)
		case <-ctx.Done():
			return
		}
		sleep(ctx, batchPause)
		for len(batch) < cap(batch) && len(r.waiting) > 0 {
			batch = append(batch, <-r.waiting)
		}
		_, err := r.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, m := range batch {
				p.Publish(ctx, m.channel, m.text)
			}
			return nil
		})
		if err != nil {
			r.up.Store(false)
			r.lost.Add(int64(len(batch)))
		}
	}
}

// follow brings the subscriptions into line with what is wanted.
func (r *Redis) follow(ctx context.Context) {
	have := map[string]bool{}
	for {
		select {
		case <-r.dirty:
		case <-ctx.Done():
			return
		}
		var add, drop []string
		r.mu.Lock()
		for topic := range r.wanted {
			if !have[topic] {
				add = append(add, topic)
			}
		}
		for topic := range have {
			if !r.wanted[topic] {
				drop = append(drop, topic)
			}
		}
		r.mu.Unlock()
		for _, topic := range add {
			have[topic] = true
		}
		for _, topic := range drop {
			delete(have, topic)
		}
		// The library keeps the list and subscribes again after a lost connection, also when these calls fail.
		if len(add) > 0 {
			r.pubsub.Subscribe(ctx, add...)
		}
		if len(drop) > 0 {
			r.pubsub.Unsubscribe(ctx, drop...)
		}
	}
}

// watch asks for signs of life and says when Redis goes away or comes back.
func (r *Redis) watch(ctx context.Context) {
	for ctx.Err() == nil {
		asked, cancel := context.WithTimeout(ctx, healthTimeout)
		err := r.client.Ping(asked).Err()
		cancel()
		if was := r.up.Swap(err == nil); was != (err == nil) && ctx.Err() == nil {
			if err == nil {
				r.log.Info("Redis answers")
			} else {
				r.log.Warn("Redis does not answer: nodes look into the record until it does", "err", err)
			}
		}
		sleep(ctx, healthEvery)
	}
}

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

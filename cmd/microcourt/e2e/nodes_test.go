package e2e_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/storetest/servers"
)

// cluster is two nodes on one PostgreSQL, one Redis and one bucket.
type cluster struct {
	rec   *seeded
	redis *servers.RedisServer
	nodes [2]*server
}

func newCluster(t *testing.T, cases int) *cluster {
	t.Helper()
	c := &cluster{redis: servers.OwnRedis(t), rec: seed(t, databaseOf(t, store.PostgreSQL), cases)}
	s3 := servers.S3(t)
	bucket := s3.Bucket(t)
	for i := range c.nodes {
		set := c.rec.setup(built(t, raceProgram), "--redis", c.redis.URL(), "--blobs", bucket)
		set.Env = []string{"MICROCOURT_S3_ACCESS_KEY=" + s3.AccessKey, "MICROCOURT_S3_SECRET=" + s3.Secret}
		c.nodes[i] = newServer(t, set)
		c.nodes[i].start()
	}
	return c
}

func (c *cluster) crowd(t *testing.T) *crowd {
	return newCrowd(t, c.rec, crowdSize{each: 2, pace: 60 * time.Millisecond}, c.nodes[:]...)
}

// freezeRedis stops the Redis server's process in its tracks: connections stay open and nothing answers. The function that
// it gives lets it run on.
func (c *cluster) freezeRedis(t *testing.T) (thaw func()) {
	t.Helper()
	options, err := redis.ParseURL(c.redis.URL())
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	info, err := client.Info(context.Background(), "server").Result()
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`process_id:(\d+)`).FindStringSubmatch(info)
	if m == nil {
		t.Fatalf("Redis doesn't tell its process id: %s", info)
	}
	pid, _ := strconv.Atoi(m[1])
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	thawed := false
	thaw = func() {
		if !thawed {
			thawed = true
			syscall.Kill(pid, syscall.SIGCONT)
		}
	}
	t.Cleanup(thaw)
	return thaw
}

// awaitHere waits until a phone has been told of exactly these people, last.
func awaitHere(t *testing.T, p *hubtest.Phone, limit time.Duration, want ...string) {
	t.Helper()
	slices.Sort(want)
	var here []string
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		for _, m := range p.Messages() {
			if m.T == "presence" || m.T == "ack" && m.Me != "" {
				here = slices.Sorted(slices.Values(m.Here))
			}
		}
		if slices.Equal(here, want) {
			return
		}
	}
	t.Fatalf("present: %v, want %v", here, want)
}

// awaitRelay waits until a word said on one node comes to the other by Redis: sooner than anybody looks into the record.
func (c *cluster) awaitRelay(t *testing.T) {
	t.Helper()
	caseID := c.rec.world.Cases[0]
	speaker := hubtest.Dial(t, c.nodes[0].socket(), c.rec.world.Seats["clerk"].Token)
	listener := hubtest.Dial(t, c.nodes[1].socket(), c.rec.world.Seats["clerk"].Token)
	defer speaker.Drop()
	defer listener.Drop()
	speaker.Join(caseID, nil)
	listener.Join(caseID, nil)
	quick := 0
	for deadline := time.Now().Add(30 * time.Second); quick < 3; { // one alone may be the poll's doing
		if time.Now().After(deadline) {
			t.Fatal("the nodes don't hear each other through Redis")
		}
		began := time.Now()
		listener.AwaitSeq("room", speaker.Say(caseID, "room", store.NewID(), saidMarker).Seq)
		if quick++; time.Since(began) > 150*time.Millisecond {
			quick = 0
		}
	}
}

// TestASecondNodeNeedsSharedFiles: with files in a folder of its own it must not come up.
func TestASecondNodeNeedsSharedFiles(t *testing.T) {
	rec := seed(t, databaseOf(t, store.PostgreSQL), 1)
	first, second := newServer(t, rec.setup(built(t, raceProgram))), newServer(t, rec.setup(built(t, raceProgram)))
	first.start()
	second.launch()
	select {
	case <-second.Exited:
	case <-time.After(30 * time.Second):
		t.Fatal("the second node came up")
	}
	if second.Cmd.ProcessState.ExitCode() != 1 || !strings.Contains(second.LogTail(), "--blobs s3://") {
		t.Errorf("it ended with %v and said %s", second.Cmd.ProcessState, second.LogTail())
	}
}

// TestPresenceAndMessagesSpanNodes: the room is one, wherever its people are connected.
func TestPresenceAndMessagesSpanNodes(t *testing.T) {
	c := newCluster(t, 1)
	c.awaitRelay(t)
	caseID, seats := c.rec.world.Cases[0], c.rec.world.Seats
	judge, clerk := hubtest.Dial(t, c.nodes[0].socket(), seats["judge"].Token), hubtest.Dial(t, c.nodes[1].socket(), seats["clerk"].Token)
	judge.Join(caseID, nil)
	clerk.Join(caseID, nil)
	j, k := seats["judge"].Participant[caseID], seats["clerk"].Participant[caseID]
	awaitHere(t, judge, 5*time.Second, j, k)
	awaitHere(t, clerk, 5*time.Second, j, k)
	a := clerk.Say(caseID, "room", store.NewID(), saidMarker)
	judge.AwaitSeq("room", a.Seq)
	clerk.Drop()
	awaitHere(t, judge, 5*time.Second, j)
}

// TestAKilledNodeCostsItsPhonesAReconnectAndNothingElse: they go on at the other, and whoever was only there is soon no longer
// present.
func TestAKilledNodeCostsItsPhonesAReconnectAndNothingElse(t *testing.T) {
	c := newCluster(t, 2)
	caseID, seats := c.rec.world.Cases[0], c.rec.world.Seats
	cr := newCrowd(t, c.rec, crowdSize{each: 1, pace: 60 * time.Millisecond}, c.nodes[:]...)
	cr.awaitJoined(30 * time.Second)
	for k := range inSoak(4, 40) {
		cr.awaitAcks(cr.acked(), 60, 30*time.Second)
		victim := c.nodes[k%2]
		victim.kill()
		cr.awaitAcks(cr.acked(), 60, 30*time.Second)
		cr.awaitJoined(10 * time.Second)
		victim.start()
	}
	cr.finish(c.nodes[0])

	// a judge alone on the node that dies, and who stays away
	judge, clerk := hubtest.Dial(t, c.nodes[1].socket(), seats["judge"].Token), hubtest.Dial(t, c.nodes[0].socket(), seats["clerk"].Token)
	judge.Join(caseID, nil)
	clerk.Join(caseID, nil)
	awaitHere(t, clerk, 20*time.Second, seats["judge"].Participant[caseID], seats["clerk"].Participant[caseID])
	c.nodes[1].kill()
	awaitHere(t, clerk, 25*time.Second, seats["clerk"].Participant[caseID])
}

// TestP4SigningOutEverywhereEndsSocketsOnTheOtherNode within 1 s, and within 3 s while Redis is away.
func TestP4SigningOutEverywhereEndsSocketsOnTheOtherNode(t *testing.T) {
	c := newCluster(t, 1)
	c.awaitRelay(t)
	signOut := func(t *testing.T, name string, limit time.Duration) {
		seat := c.rec.world.Seats[name]
		phones := []*hubtest.Phone{hubtest.Dial(t, c.nodes[1].socket(), seat.Token), hubtest.Dial(t, c.nodes[0].socket(), seat.Token)}
		for _, p := range phones {
			p.Join(c.rec.world.Cases[0], nil)
		}
		began := time.Now()
		status, err := c.nodes[0].post(t.Context(), seat.Token, "/auth/sign-out-everywhere", "")
		if err != nil || status != http.StatusNoContent {
			t.Fatalf("sign out everywhere: %d, %v", status, err)
		}
		for i, p := range phones {
			select {
			case <-p.Done():
			case <-time.After(10 * time.Second):
				t.Fatalf("the socket on node %d lives on", 1-i)
			}
			if code := p.CloseCode(); code != 4002 {
				t.Errorf("closed with %d, want 4002", code)
			}
		}
		took := time.Since(began)
		if took > limit {
			t.Errorf("the rights ended %v after the request, promised is %v", took, limit)
		}
		t.Logf("all sockets ended %v after the request", took.Round(time.Millisecond))
	}
	t.Run("with Redis", func(t *testing.T) { signOut(t, "plaintiff", time.Second) })
	t.Run("while Redis hangs", func(t *testing.T) {
		thaw := c.freezeRedis(t)
		signOut(t, "defendant", 3*time.Second)
		thaw()
	})
	t.Run("while Redis is down", func(t *testing.T) {
		c.redis.Crash(t)
		signOut(t, "lawyer", 3*time.Second)
	})
}

// TestP2RedisAwayCostsNoMessageAndNoOrder: it hangs, comes back, is killed and comes back empty, under load. It is away again
// when the last words are said: those show no gap, and come to the other node all the same.
func TestP2RedisAwayCostsNoMessageAndNoOrder(t *testing.T) {
	c := newCluster(t, 2)
	cr := c.crowd(t)
	cr.awaitJoined(30 * time.Second)
	away := inSoak(4*time.Second, time.Minute)
	cr.awaitAcks(cr.acked(), 100, 30*time.Second)

	thaw := c.freezeRedis(t)
	lag := cr.lagWhile(t, away)
	thaw()
	t.Logf("Redis hangs: what is said comes to everybody within %v", lag)
	cr.awaitAcks(cr.acked(), 100, 30*time.Second)

	c.redis.Crash(t)
	lag = cr.lagWhile(t, away)
	c.redis.Start(t)
	t.Logf("Redis is down: what is said comes to everybody within %v", lag)
	cr.awaitAcks(cr.acked(), 100, 30*time.Second)

	c.redis.Crash(t)
	cr.finish(c.nodes[1])
}

// lagWhile lets the crowd talk on for a while, and meanwhile takes again and again what has been acknowledged and waits until
// all readers have it. It gives the longest wait.
func (cr *crowd) lagWhile(t *testing.T, while time.Duration) (longest time.Duration) {
	t.Helper()
	for end := time.Now().Add(while); time.Now().Before(end); {
		ends := map[threadOf]int64{}
		for _, c := range cr.clients {
			c.mu.Lock()
			for _, d := range c.said {
				if of := (threadOf{c.caseID, d.thread}); d.acked {
					ends[of] = max(ends[of], d.seq)
				}
			}
			c.mu.Unlock()
		}
		began := time.Now()
		cr.await("hears what was said", 15*time.Second, func(c *client) bool {
			held := c.holds()
			for thread := range c.reads {
				if held[thread] < ends[threadOf{c.caseID, thread}] {
					return false
				}
			}
			return true
		})
		longest = max(longest, time.Since(began))
		time.Sleep(20 * time.Millisecond)
	}
	return longest.Round(time.Millisecond)
}

// TestADrainingNodeSendsItsPhonesToTheOther: SIGTERM closes with 4001, the process ends by itself and well, and nothing is lost.
func TestADrainingNodeSendsItsPhonesToTheOther(t *testing.T) {
	c := newCluster(t, 2)
	cr := c.crowd(t)
	cr.awaitJoined(30 * time.Second)
	for k := range inSoak(2, 20) {
		cr.awaitAcks(cr.acked(), 100, 30*time.Second)
		if state := c.nodes[k%2].stop(); !state.Success() {
			t.Errorf("the drained node ended with %v", state)
		}
		cr.awaitAcks(cr.acked(), 100, 30*time.Second)
		cr.awaitJoined(10 * time.Second)
		c.nodes[k%2].start()
	}
	told, lost := 0, map[int]int{}
	for _, cl := range cr.clients {
		cl.mu.Lock()
		for code, n := range cl.closes {
			if code == 4001 {
				told += n
			} else {
				lost[code] += n
			}
		}
		cl.mu.Unlock()
	}
	if told < len(cr.clients)/2 {
		t.Errorf("only %d connections were closed with 4001, others %v", told, lost)
	}
	cr.finish(c.nodes[0])
}

// TestNoSecretReachesTheLog: neither tokens nor the database's or the bucket's secrets stand in what a node says, also when
// its parts are away.
func TestNoSecretReachesTheLog(t *testing.T) {
	c := newCluster(t, 1)
	caseID := c.rec.world.Cases[0]
	p := hubtest.Dial(t, c.nodes[0].socket(), c.rec.world.Seats["plaintiff"].Token)
	p.Join(caseID, nil)
	p.Say(caseID, "room", store.NewID(), saidMarker)
	c.redis.Crash(t)
	c.nodes[0].post(t.Context(), "wrong-"+c.rec.world.Seats["judge"].Token, "/cases/"+caseID+"/events?token="+url.QueryEscape("also-not-for-the-log"), `{"thread":"room","body":"`+saidMarker+`"}`)
	c.nodes[0].stop()
	text, err := os.ReadFile(c.nodes[0].LogPath)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{"the bucket's secret": servers.S3(t).Secret, "a query": "also-not-for-the-log"}
	for name, seat := range c.rec.world.Seats {
		secrets[name+"'s token"] = seat.Token
		if seat.Phone != "" {
			secrets[name+"'s phone"], secrets[name+"'s ID number"] = seat.Phone, seat.IDNumber
		}
	}
	for what, secret := range secrets {
		if strings.Contains(string(text), secret) {
			t.Errorf("the log holds %s", what)
		}
	}
	if len(text) == 0 {
		t.Error("the node said nothing at all")
	}
}

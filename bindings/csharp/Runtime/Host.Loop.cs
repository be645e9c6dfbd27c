using System;
using System.Threading;

namespace Podsix
{
    // The frame loop. An event lies in the library's memory: from the first event of a batch to its end the
    // handle is held, so that nobody frees it while somebody looks.
    public unsafe partial class Host
    {
        private int polling; // 1 while a thread is inside
        private bool held;
        private int holder; // the thread that holds, 0 for none
        private bool inBatch; // the event before was one of a batch whose end has not been seen
        private int answers; // that the Pump under way has given to tasks

        /// <summary>
        /// Takes all events that have come and calls the listeners for each. Once per frame. A handler that throws
        /// keeps nobody from hearing anything: OnHandlerError gets that, or, where nobody listens to it, Pump
        /// throws it after the last event, as it is; if there are several, as an AggregateException with the first 16.
        /// </summary>
        /// <returns>How many events there were.</returns>
        public int Pump()
        {
            return PumpFor(-1);
        }

        /// <summary>As Pump, but waits for the first event: for programs without frames.</summary>
        /// <param name="timeoutMs">For how many milliseconds at most.</param>
        public int Pump(int timeoutMs)
        {
            return PumpFor(NotNegative(timeoutMs));
        }

        /// <summary>
        /// Takes the next event, for games that look at them by themselves:
        /// <c>while (host.Poll(out PodsixEvent ev))</c> ends even while messages pour in.
        /// </summary>
        /// <returns>Whether there was one.</returns>
        public bool Poll(out PodsixEvent ev)
        {
            return Take(-1, out ev);
        }

        /// <summary>As Poll, but where there is none it waits for one.</summary>
        /// <param name="timeoutMs">For how many milliseconds at most.</param>
        /// <param name="ev">Where it goes.</param>
        public bool Wait(int timeoutMs, out PodsixEvent ev)
        {
            return Take(NotNegative(timeoutMs), out ev);
        }

        /// <summary>Calls the listeners for an event that was polled; what they throw goes the way of Pump's.</summary>
        public void Dispatch(PodsixEvent ev)
        {
            Exception thrown;
            Enter();
            try
            {
                Tell(ev);
            }
            finally
            {
                Errors.AddLate();
                thrown = Errors.Take();
                Leave();
            }
            HandlerErrors.Throw(thrown);
        }

        /// <summary>
        /// Waits until everything sent has been handed to the operating system. At the end of a program that
        /// is not enough: Close.
        /// </summary>
        /// <param name="timeoutMs">For how many milliseconds at most.</param>
        /// <returns>Whether that was in time.</returns>
        public bool Flush(int timeoutMs)
        {
            int result = Native.podsix_flush(Open, (uint)NotNegative(timeoutMs));
            return result != (int)Result.Timeout && OrThrow(result) >= 0;
        }

        /// <summary>
        /// Closes everything so that nothing sent is lost, and waits until all other ends have closed: for the
        /// end of a program, before Dispose. Nothing listens any more, who asks to be let in is refused, and
        /// each peer gets what was sent to it, then code and text, as with Disconnect.
        ///
        /// Each Network_disconnected waits to be pumped; who does not close within LingerMs, or timeoutMs if that
        /// is longer, has Reason.Lost. From now on Send returns NotConnected and Broadcast Closing, which Listen
        /// and Connect throw.
        /// </summary>
        /// <param name="timeoutMs">
        /// For how many milliseconds at most; 0 begins and returns, for a game that goes on drawing, and in a
        /// handler, which should not wait.
        /// </param>
        /// <param name="code">A number of the game's own.</param>
        /// <param name="text">Words, cut after 1,024 bytes of UTF-8.</param>
        /// <returns>
        /// Whether all have closed. If not, call it again, or go on pumping until GetPeers(all: true) is empty.
        /// </returns>
        /// <exception cref="PodsixException">Busy: another thread is inside Pump, Wait, Flush or Close</exception>
        public bool Close(int timeoutMs, int code = 0, string text = "")
        {
            var timeout = (uint)NotNegative(timeoutMs);
            byte[] bytes = Text.Bytes(text ?? "");
            fixed (byte* data = bytes)
            {
                int result = Native.podsix_host_close(Open, timeout, code, data, (UIntPtr)(uint)bytes.Length);
                return result != (int)Result.Timeout && OrThrow(result) >= 0;
            }
        }

        /// <summary>Takes the oldest record of the log.</summary>
        /// <returns>Whether there was one.</returns>
        public bool NextLog(out LogRecord record)
        {
            NativeLogRecord log;
            bool kept = false;
            record = default(LogRecord);
            try
            {
                Open.DangerousAddRef(ref kept); // the text is the library's, whoever disposes meanwhile
                if (OrThrow(Native.podsix_host_log_next(Open, &log)) == 0)
                    return false;
                record = new LogRecord((LogLevel)log.level, log.at_ms, Text.Read(log.text, log.text_len));
                return true;
            }
            finally
            {
                if (kept)
                    handle.DangerousRelease();
            }
        }

        /// <summary>Calls everybody who is to hear of an event.</summary>
        /// <returns>Whether anybody did.</returns>
        internal virtual bool Deliver(PodsixEvent ev)
        {
            return listeners.Call(ev);
        }

        /// <summary>As Listeners.Similar, of everybody who hears of an event.</summary>
        internal virtual string Similar(string action)
        {
            return listeners.Similar(action);
        }

        private void Tell(PodsixEvent ev)
        {
            if (Deliver(ev) || ev.IsOver || ev.Peer != 0 && ev.Peer == awaited.Told)
                return;
            try
            {
                Unheard.Tell(this, ev);
            }
            catch (Exception e) // of the game's own Warnings.Show
            {
                Errors.Add(ev.Peer, e);
            }
        }

        private int PumpFor(int timeoutMs)
        {
            int events = 0;
            Exception thrown;
            Enter();
            try
            {
                answers = 0;
                while (Next(timeoutMs))
                {
                    events++;
                    Tell(new PodsixEvent(handle.Event, life));
                    if (IsDisposed)
                        break;
                }
            }
            catch (InvalidOperationException e) when (WasEnded(e))
            {
                // On its way to the handlers.
            }
            catch (Exception e)
            {
                Errors.Keep(e); // beside what handlers threw before
            }
            finally
            {
                awaited.Expire();
                Errors.AddLate();
                events += answers;
                thrown = Errors.Take(); // before another thread may pump
                LetGo();
                Leave();
            }
            HandlerErrors.Throw(thrown);
            return events;
        }

        private bool Take(int timeoutMs, out PodsixEvent ev)
        {
            bool there = false;
            Exception thrown = null;
            ev = default(PodsixEvent);
            Enter();
            try
            {
                thrown = Errors.Take(); // of the last one, which was not to be lost
                there = thrown == null && Next(timeoutMs);
                if (there)
                    ev = new PodsixEvent(handle.Event, life);
            }
            finally
            {
                if (!there && thrown == null)
                {
                    awaited.Expire();
                    LetGo();
                }
                Leave();
            }
            HandlerErrors.Throw(thrown);
            return there;
        }

        /// <summary>Where the event before ends, and the next begins.</summary>
        private bool Next(int timeoutMs)
        {
            life.Now++;
            Tables.End();
            if (IsDisposed)
                throw new ObjectDisposedException("Podsix.Host");
            if (!held)
            {
                handle.DangerousAddRef(ref held);
                holder = Environment.CurrentManagedThreadId;
            }
            bool there = timeoutMs < 0 || inBatch ? PollEvent() : AwaitEvent(timeoutMs);
            while (there && !IsDisposed && IsAnswer()) // disposed of by another thread meanwhile, or by who awaited
            {
                life.Now++;
                answers++;
                there = !IsDisposed && PollEvent();
            }
            return there && !IsDisposed;
        }

        /// <summary>Whether the event was for a task, and nobody else hears of it.</summary>
        private bool IsAnswer()
        {
            NativeEvent* ev = handle.Event;
            Tables.Begin(ev);
            if (ev->kind == (int)EventKind.Connected)
                lock (connecting)
                    Opened(ev->peer);
            else if (ev->kind == (int)EventKind.Disconnected || ev->kind == (int)EventKind.Error)
                lock (connecting)
                    Ended(ev->peer);
            try
            {
                return awaited.Takes(new PodsixEvent(ev, life));
            }
            catch (InvalidOperationException e) when (WasEnded(e))
            {
                return false;
            }
        }

        /// <summary>Whether another thread has disposed of the host, and so ended the event that this one was about to look at.</summary>
        private bool WasEnded(InvalidOperationException e)
        {
            return IsDisposed && !(e is ObjectDisposedException);
        }

        private bool PollEvent()
        {
            return inBatch = OrThrow(Native.podsix_poll(raw, handle.Event)) > 0;
        }

        /// <summary>Waits for a new batch, and comes back without one also when the time of a task is over.</summary>
        private bool AwaitEvent(int timeoutMs)
        {
            long end = Clock.Now + timeoutMs;
            for (;;)
            {
                life.Now++; // who waits is here, as Unpumped sees
                int left = (int)Math.Max(end - Clock.Now, 0), slice = awaited.Slice(left);
                inBatch = OrThrow(Native.podsix_wait(raw, (uint)slice, handle.Event)) > 0;
                if (inBatch || slice == left || IsDisposed || awaited.Expire())
                    return inBatch;
            }
        }

        private void Enter()
        {
            if (Interlocked.CompareExchange(ref polling, 1, 0) != 0)
                throw new PodsixException(Result.Busy, "the host is being pumped or polled already, by another thread or by whoever called this handler");
        }

        private void Leave()
        {
            if (disposed)
            {
                life.Now++; // an event may have come after Dispose counted
                LetGo();
            }
            Volatile.Write(ref polling, 0);
        }

        private void LetGo()
        {
            if (!held)
                return;
            held = false;
            holder = 0;
            handle.DangerousRelease();
        }

        private static int NotNegative(int timeoutMs)
        {
            return timeoutMs < 0 ? throw new ArgumentOutOfRangeException("timeoutMs", "a time is 0 or more") : timeoutMs;
        }
    }
}

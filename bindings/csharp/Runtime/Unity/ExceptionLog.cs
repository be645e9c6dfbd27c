using System;
using UnityEngine;

namespace Podsix.Unity
{
    /// <summary>
    /// Logs what handlers throw, ten times a second at the most: strangers may cause it with each of their
    /// messages. Of the others it logs how many there were.
    /// </summary>
    internal sealed class ExceptionLog
    {
        private const int PerSecond = 10;

        private readonly UnityEngine.Object context;
        private int second = Environment.TickCount; // when it began, in milliseconds
        private int logged, left;

        internal ExceptionLog(UnityEngine.Object context)
        {
            this.context = context;
        }

        internal void Log(Exception exception)
        {
            Turn();
            if (logged < PerSecond)
            {
                logged++;
                Debug.LogException(exception, context);
            }
            else
            {
                left++;
            }
        }

        /// <summary>Begins the next second when this one is over.</summary>
        internal void Turn()
        {
            int now = Environment.TickCount;
            if (unchecked(now - second) < 1000)
                return;
            if (left > 0)
                Debug.LogError("podsix: handlers threw " + left + " more exceptions, which were not logged", context);
            second = now;
            logged = left = 0;
        }
    }
}

package dev.afinador.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Kills the process at chosen moments. A moment is right before or right after something that outlives the process: a commit or
/// an effect at a provider. What the dead process does while its stack unwinds reaches nothing any more.
public final class Death {

    /// Not a [RuntimeException]: no handler may survive it.
    public static final class Killed extends Error {
        Killed(String where) {
            super("killed " + where);
        }
    }

    private final TreeSet<Integer> fatal = new TreeSet<>();
    private final List<String> moments = new ArrayList<>();
    private boolean dead;

    /// Dies at these moments, counted from 1 over all lives.
    public void at(int... numbers) {
        for (int number : numbers) {
            fatal.add(number);
        }
    }

    /// Every moment so far, in words.
    public List<String> moments() {
        return List.copyOf(moments);
    }

    public boolean isDead() {
        return dead;
    }

    void moment(String words) {
        if (dead) {
            throw new Killed("long before " + words);
        }
        moments.add(words);
        if (fatal.contains(moments.size())) {
            dead = true;
            throw new Killed(words);
        }
    }

    void revive() {
        dead = false;
    }
}

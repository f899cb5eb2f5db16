package dev.afinador.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {

    private final Room room = new Room(100);

    @Test
    void what_does_not_fit_takes_nothing() {
        Room.Share first = room.new Share();
        Room.Share second = room.new Share();
        assertThat(first.take(60)).isTrue();
        assertThat(second.take(41)).isFalse();
        assertThat(second.take(40)).isTrue();
        assertThat(first.take(1)).isFalse();
    }

    @Test
    void a_share_gives_back_all_it_took_and_once() {
        Room.Share first = room.new Share();
        assertThat(first.take(60) && first.take(40)).isTrue();
        first.giveBack();
        first.giveBack();
        Room.Share second = room.new Share();
        assertThat(second.take(100)).isTrue();
        assertThat(second.take(1)).isFalse();
    }
}
